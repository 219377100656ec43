import { FLOAT32_POLICY, type Json, type JsonObject, kerasModel, kerasObject } from '../config/keras.ts'
import { layerJson } from '../layers/layerJson.ts'
import type { Loss } from '../losses/loss.ts'
import { serializeLoss } from '../losses/resolve.ts'
import type { Metric } from '../metrics/metric.ts'
import { serializeMetric } from '../metrics/resolve.ts'
import type { Network, NetworkInput, PlacedLayer } from '../network/network.ts'
import { serializeOptimizer } from '../optimizers/index.ts'
import { type Compiled, isLoss, type PerOutput } from '../training/objectives.ts'

/** What Keras's `model.get_config()` gives for a Sequential model. */
export function sequentialConfig(name: string, { layers, trainable, inputs: [input] }: Network): JsonObject {
  return {
    name,
    trainable,
    dtype: FLOAT32_POLICY,
    layers: [inputJson(input), ...layers.map((placed) => placedJson(placed, input.batchSize))],
    build_input_shape: [input.batchSize, ...input.shape],
  }
}

export function inputJson({ name, shape, dtype, batchSize, type }: NetworkInput): JsonObject {
  return kerasObject('keras.layers', 'InputLayer', {
    batch_shape: [batchSize, ...shape],
    dtype: dtype ?? type.dtype,
    sparse: false,
    ragged: false,
    name,
    optional: false,
  })
}

/** What Keras's `model.to_json()` gives; `model_from_json` reads it. */
export function modelJson(
  model: { readonly className: string; getConfig(): JsonObject },
  network: Network,
  compiled: Compiled | null,
): JsonObject {
  const shapes = network.inputs.map(({ shape, batchSize }) => [batchSize, ...shape])
  return {
    ...kerasModel(model.className, model.getConfig()),
    build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes },
    compile_config: compiled ? compileConfig(compiled) : {},
  }
}

/**
 * @param batchSize rows of every batch, where they are fixed: Keras makes a stateful layer ready with them
 * @param states so many of its inputs, the last ones, are states given: Keras makes a layer ready without them
 */
export function placedJson(
  { layer, name, inputs }: PlacedLayer,
  batchSize: number | null,
  states = 0,
): JsonObject {
  const json = layerJson(layer, name)
  if (layer.network || layer.shapeless) return json
  const shapes = inputs.slice(0, inputs.length - states).map((shape) => [batchSize, ...shape])
  return { ...json, build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes } }
}

function compileConfig({ optimizer, loss, lossWeights, metrics, weightedMetrics }: Compiled): JsonObject {
  const lossJson = (one: Loss | null) => (one === null ? null : serializeLoss(one))
  const metricJson = (one: Metric | readonly Metric[]): Json =>
    isList(one) ? one.map(serializeMetric) : serializeMetric(one)
  return {
    optimizer: serializeOptimizer(optimizer),
    loss: isLoss(loss) ? serializeLoss(loss) : eachOutput(loss, lossJson),
    loss_weights: lossWeights as Json,
    metrics: eachOutput(metrics, metricJson),
    weighted_metrics:
      Object.keys(weightedMetrics).length === 0 ? null : eachOutput(weightedMetrics, metricJson),
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  }
}

const isList = <T>(given: T | readonly T[]): given is readonly T[] => Array.isArray(given)

export function eachOutput<T, U>(given: PerOutput<T>, map: (each: T) => U): readonly U[] | Record<string, U> {
  if (Array.isArray(given)) return given.map(map)
  return Object.fromEntries(
    Object.entries(given as Record<string, T>).map(([name, each]) => [name, map(each)]),
  )
}
