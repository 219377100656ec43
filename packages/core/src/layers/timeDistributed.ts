import { layerName } from '../config/keras.ts'
import { checkedLater, show } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { concat, slice } from '../ops/moves.ts'
import { reshape } from '../ops/reshape.ts'
import type { Value } from '../program/program.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  innerContext,
  innerWeights,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { layerJson } from './layerJson.ts'

export interface TimeDistributedOptions extends LayerOptions {
  /** What is applied at every step, with the same weights. */
  layer: Layer
}

/** Layers that treat every step alike anyway: they get all steps at once. */
const STEPWISE = new Set(
  (
    'Dense Embedding Activation ReLU LeakyReLU ELU Softmax Dropout GaussianNoise GaussianDropout LayerNormalization ' +
    'Rescaling'
  ).split(' '),
)

/** Random masks of one step are drawn apart from those of the next. */
const STEP_STREAM = 2 ** 26

/**
 * Applies a layer to every step: [batch, time, …] → [batch, time, …of the layer]. A mask passes on; the layer itself is
 * applied at masked steps too, as in Keras. Keras: `TimeDistributed`.
 */
export function timeDistributed(options: TimeDistributedOptions): Layer {
  const where = 'layers.timeDistributed'
  checkLayerOptions({ where, options: { layer: checkedLater } }, options)
  required(where, options, 'layer')
  const { layer } = options
  if (typeof layer?.emit !== 'function')
    throw new OptionError(
      `${where}: option 'layer' must be a layer, e.g. layers.dense({ units: 10 }); got ${show(layer)}`,
    )
  if (layer.outputShapes) throw new OptionError(`${where}: option 'layer' must be a layer with one output`)
  const name = layer.name ?? layerName(layer.className)
  const isStepwise = STEPWISE.has(layer.className) && isAlongLast(layer)
  const stepOf = (input: Shape): Shape => {
    if (input.length < (layer.takesIds === undefined ? 2 : 1) || (input.length < 2 && !isStepwise))
      throw new DataError(`${where}: expected sequences, [batch, time, …]; got ${formatShape(input)}`)
    return input.slice(1)
  }
  const outputShape = (input: Shape): Shape => {
    const step = layer.outputShape(stepOf(input))
    if (!isStepwise && input[0] === null)
      throw new DataError(
        `${where}: around ${layer.className} the number of steps must be fixed; got ${formatShape(input)}`,
      )
    return [input[0], ...step]
  }
  return defineLayer(options, {
    className: 'TimeDistributed',
    takesIds: layer.takesIds,
    outputShape,
    weights: (input) => innerWeights(name, layer.weights(stepOf(input)), layer),
    emit: (context, x) => {
      const inner = innerContext(context, name)
      const [y] = [
        isStepwise ? layer.emit(inner, x) : emitEach({ ...inner, mask: () => null }, layer, x),
      ].flat()
      return y
    },
    mask: true,
    config: { layer: layerJson(layer, name) },
  })
}

function isAlongLast({ config: { axis = -1 } }: Layer): boolean {
  return [axis].flat().every((one) => one === -1)
}

/** One step after the other, each by instructions of its own. */
function emitEach(context: EmitContext, layer: Layer, x: Value): Value {
  const { builder } = context
  const [, steps, ...rest] = x.shape
  const size = rest.map(Number)
  const results = Array.from({ length: Number(steps) }, (_, step) => {
    const { y: one } = builder.emit(slice, { x }, { axis: 1, start: step, size: 1 })
    const { y: now } = builder.emit(reshape, { x: one }, { shape: size })
    const [found] = [
      layer.emit({ ...context, stream: context.stream + step * STEP_STREAM }, now),
    ].flat() as Value[]
    return builder.emit(reshape, { x: found }, { shape: [1, ...found.shape.slice(1).map(Number)] }).y
  })
  return results.reduce((a, b) => builder.emit(concat, { a, b }, { axis: 1 }).y)
}
