import { layerName } from '../config/keras.ts'
import { checkedLater, show } from '../config/options.ts'
import { DataError, OptionError } from '../errors.ts'
import { toFloat } from '../ops/masks.ts'
import { concat, slice } from '../ops/moves.ts'
import { reshape } from '../ops/reshape.ts'
import type { Value } from '../program/program.ts'
import { innerContext } from './innerContext.ts'
import { innerWeights } from './innerWeights.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { layerJson } from './layerJson.ts'

export interface TimeDistributedOptions extends LayerOptions {
  /** What is applied at every step, with the same weights: a layer or a model. */
  layer: Layer | { readonly asLayer: Layer }
}

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
  const { layer: given } = options
  const layer = (given as { readonly asLayer?: Layer } | null)?.asLayer ?? (given as Layer)
  if (typeof layer?.emit !== 'function')
    throw new OptionError(
      `${where}: option 'layer' must be a layer, e.g. layers.dense({ units: 10 }); got ${show(layer)}`,
    )
  if (layer.outputShapes) throw new OptionError(`${where}: option 'layer' must be a layer with one output`)
  const name = layer.name ?? layerName(layer.className)
  // it gets all steps at once
  const isStepwise = layer.eachStep === 'alone'
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
    eachStep: 'alike',
    takesIds: layer.takesIds,
    outputShape,
    weights: (input) => innerWeights(name, layer.weights(stepOf(input)), layer),
    emit: (context, x) => {
      const inner = innerContext(context, name)
      const [y] = [isStepwise ? layer.emit(inner, x) : emitEach(inner, layer, x)].flat()
      return y
    },
    mask: true,
    around: layer,
    config: { layer: layerJson(layer, name) },
  })
}

/** One step after the other, each by instructions of its own; moving averages move on from step to step. */
function emitEach(context: EmitContext, layer: Layer, x: Value): Value {
  const { builder } = context
  // what is masked at a step counts for nothing in its mean and variance
  const mask = layer.className === 'BatchNormalization' && x.shape.length === 3 ? context.mask() : null
  const there = mask && builder.emit(toFloat, { x: mask }, {}).y
  const [, steps, ...rest] = x.shape
  const size = rest.map(Number)
  const results = Array.from({ length: Number(steps) }, (_, step) => {
    const at = (value: Value) => builder.emit(slice, { x: value }, { axis: 1, start: step, size: 1 }).y
    const now = builder.emit(reshape, { x: at(x) }, { shape: size }).y
    const [stream, thereNow] = [context.stream + step * STEP_STREAM, there && at(there)]
    const [found] = [layer.emit({ ...context, stream, mask: () => thereNow }, now)].flat() as Value[]
    return builder.emit(reshape, { x: found }, { shape: [1, ...found.shape.slice(1).map(Number)] }).y
  })
  return results.reduce((a, b) => builder.emit(concat, { a, b }, { axis: 1 }).y)
}
