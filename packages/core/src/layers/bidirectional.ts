import { layerName } from '../config/keras.ts'
import { checkedLater, show } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { flip } from '../ops/flip.ts'
import { expressions } from '../ops/general.ts'
import { concat } from '../ops/moves.ts'
import type { Value } from '../program/program.ts'
import { innerContext } from './innerContext.ts'
import { innerWeights } from './innerWeights.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  type Layer,
  type LayerOptions,
  type RecurrentPart,
  required,
  type Shape,
} from './layer.ts'
import { layerJson } from './layerJson.ts'
import { around } from './recurrent.ts'

const MERGE_MODES = ['concat', 'sum', 'mul', 'ave', null] as const

export type MergeMode = (typeof MERGE_MODES)[number]

export interface BidirectionalOptions extends LayerOptions {
  /** A recurrent layer, which reads the sequence from its beginning. */
  layer: Layer
  /** What reads it from its end. Default: another layer with the options of the first. */
  backwardLayer?: Layer | null
  /** What becomes of both outputs: side by side, their sum, product or mean; null returns both. Default 'concat'. */
  mergeMode?: MergeMode
}

/** Masks of the backward layer are drawn apart from those of the forward layer. */
const BACKWARD_STREAM = 2 ** 31

/**
 * Reads sequences from both ends (Schuster & Paliwal 1997). [batch, time, features] → [batch, 2 · units] or, with
 * `returnSequences`, [batch, time, 2 · units]; then the states, forward ones first. At masked steps it gives zeros.
 * Keras: `Bidirectional`.
 */
export function bidirectional(options: BidirectionalOptions): Layer {
  const where = 'layers.bidirectional'
  const checks = { layer: checkedLater, backwardLayer: checkedLater, mergeMode: isMergeMode }
  checkLayerOptions({ where, options: checks }, options)
  required(where, options, 'layer')
  const { mergeMode = 'concat' } = options
  around.demand()
  const [forward, backward] = bothWays(where, options.layer, options.backwardLayer ?? null)
  const { returnSequences, returnState, states } = forward.part
  const ways = [forward, backward]

  const outputShapes = (input: Shape, ...given: Shape[]): Shape[] => {
    if (given.length > 0 && given.length !== states + backward.part.states)
      throw new DataError(
        `${where}: initialState must hold ${states + backward.part.states} states, those of the forward layer first; got ${given.length}`,
      )
    const [there, back] = ways.map(({ layer }, way) => {
      const initial = way === 0 ? given.slice(0, states) : given.slice(states)
      return layer.outputShapes?.(input, ...initial) ?? [layer.outputShape(input, ...initial)]
    })
    const merged =
      mergeMode === null ? [there[0], back[0]] : [mergedShape(where, mergeMode, there[0], back[0])]
    return [...merged, ...there.slice(1), ...back.slice(1)]
  }
  const emit = (context: EmitContext, x: Value, ...given: Value[]) => {
    const [there, back] = ways.map(({ name, part, layer }, way) => {
      const initial = given.length === 0 ? [] : way === 0 ? given.slice(0, states) : given.slice(states)
      const stream = context.stream + way * BACKWARD_STREAM
      const found = [
        part.emitAtSteps({ ...innerContext(context, name), stream }, x, ...initial),
      ].flat() as Value[]
      const { activityRegularizer } = layer
      if (activityRegularizer) for (const one of found) context.penalize(activityRegularizer, one)
      return found
    })
    // a forward layer that reads from the end gives its outputs in that order, and the backward layer's follow it
    const inOrder = (value: Value) =>
      returnSequences && forward.part.goBackwards
        ? context.builder.emit(flip, { x: value }, { axis: 1 }).y
        : value
    const merged = merge(context, mergeMode, inOrder(there[0]), inOrder(back[0]))
    return [...merged, ...there.slice(1), ...back.slice(1)]
  }
  const several = returnState || mergeMode === null
  return defineLayer(options, {
    className: 'Bidirectional',
    whyWhole: 'it reads the sequence from its end too, which is not there yet',
    heedsMask: true,
    takesStates: true,
    outputShape: (...inputs) => outputShapes(inputs[0], ...inputs.slice(1))[0],
    ...(several && { outputShapes: (...inputs: Shape[]) => outputShapes(inputs[0], ...inputs.slice(1)) }),
    weights: (input) => ways.flatMap(({ name, layer }) => innerWeights(name, layer.weights(input), layer)),
    emit,
    mask: (context) => {
      const mask = returnSequences ? context.mask() : null
      return mergeMode === null ? [mask, mask] : [mask]
    },
    config: {
      merge_mode: mergeMode,
      layer: layerJson(forward.layer, forward.name),
      backward_layer: layerJson(backward.layer, backward.name),
    },
  })
}

interface Way {
  readonly layer: Layer
  readonly name: string
  readonly part: RecurrentPart
}

/** Both layers as Keras makes them: named after the first, with zeros at masked steps where sequences come out. */
function bothWays(where: string, layer: Layer, backwardLayer: Layer | null): [Way, Way] {
  const first = partOf(where, 'layer', layer)
  const second = backwardLayer ? partOf(where, 'backwardLayer', backwardLayer) : null
  const base = layer.name ?? layerName(layer.className)
  const way = (part: RecurrentPart, name: string, goBackwards: boolean): Way => {
    const made = part.again({ name, goBackwards, zeroOutputForMask: part.returnSequences })
    made.trainable = (part === second ? (backwardLayer as Layer) : layer).trainable
    return { layer: made, name, part: made.recurrent as RecurrentPart }
  }
  const forward = way(first, prefixed('forward', base), first.goBackwards)
  const backward = second
    ? way(
        second,
        (backwardLayer as Layer).name ?? layerName((backwardLayer as Layer).className),
        second.goBackwards,
      )
    : way(first, prefixed('backward', base), true)
  if (forward.part.goBackwards === backward.part.goBackwards)
    throw new OptionError(
      `${where}: one of the two layers must have goBackwards: true and the other false; both have ${forward.part.goBackwards}`,
    )
  for (const flag of ['returnSequences', 'returnState', 'stateful'] as const)
    if (forward.part[flag] !== backward.part[flag])
      throw new OptionError(
        `${where}: both layers must have the same ${flag}; got ${forward.part[flag]} and ${backward.part[flag]}`,
      )
  return [forward, backward]
}

/** forward_lstm, of a layer that is named lstm or forward_lstm. */
function prefixed(prefix: string, name: string): string {
  return name.startsWith(`${prefix}_`) ? name : `${prefix}_${name}`
}

function partOf(where: string, option: string, layer: Layer): RecurrentPart {
  if (layer?.recurrent) return layer.recurrent
  throw new OptionError(
    `${where}: option '${option}' must be a recurrent layer, e.g. layers.lstm({ units: 32 }); got ${layer?.className ?? show(layer)}`,
  )
}

function isMergeMode(value: unknown): string | null {
  return MERGE_MODES.some((mode) => mode === value) ? null : "'concat', 'sum', 'mul', 'ave' or null"
}

function mergedShape(where: string, mode: MergeMode, there: Shape, back: Shape): Shape {
  const [first, second] = [there, back].map((shape) => shape[shape.length - 1] as number)
  if (mode === 'concat') return [...there.slice(0, -1), first + second]
  if (first === second) return there
  throw new DataError(
    `${where}: mergeMode '${mode}' needs both layers to have as many units; got ${first} and ${second}`,
  )
}

function merge({ builder }: EmitContext, mode: MergeMode, there: Value, back: Value): Value[] {
  const { add, multiply, scale } = expressions(builder.emit)
  if (mode === null) return [there, back]
  if (mode === 'concat')
    return [builder.emit(concat, { a: there, b: back }, { axis: there.shape.length - 1 }).y]
  if (mode === 'mul') return [multiply(there, back)]
  return [mode === 'sum' ? add(there, back) : scale(add(there, back), 0.5)]
}
