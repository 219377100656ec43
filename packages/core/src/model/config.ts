import { FLOAT32_POLICY, type Json, type JsonObject, kerasObject } from '../config/keras.ts'
import type { Shape } from '../layers/layer.ts'
import { type Loss, serializeLoss } from '../losses/index.ts'
import { type Metric, serializeMetric } from '../metrics/index.ts'
import type { Graph, GraphCall, Place } from '../network/graph.ts'
import type { Network, NetworkInput, PlacedLayer } from '../network/network.ts'
import { serializeOptimizer } from '../optimizers/index.ts'
import { type Compiled, isLoss, type PerOutput } from '../training/objectives.ts'

/** What Keras's `model.get_config()` gives for a Sequential model. */
export function sequentialConfig(name: string, { layers, inputs: [input] }: Network): JsonObject {
  return {
    name,
    trainable: true,
    dtype: FLOAT32_POLICY,
    layers: [inputJson(input), ...layers.map(layerJson)],
    build_input_shape: [input.batchSize, ...input.shape],
  }
}

/** What Keras's `model.get_config()` gives for a functional model. @param single was it given one output, or a list? */
export function functionalConfig(name: string, network: Network, single: boolean): JsonObject {
  const { graph, layers, inputs } = network
  const names = layers.map((placed) => placed.name)
  const history = ({ call, index }: Place): Json =>
    call < 0 ? [inputs[-1 - call].name, 0, 0] : [names[graph.calls[call].layer], nodeOf(graph, call), index]
  const tensor = (place: Place): Json => {
    const { shape, dtype } = typeOf(network, place)
    return {
      class_name: '__keras_tensor__',
      config: { shape: [null, ...shape], dtype, keras_history: history(place) },
    }
  }
  const nodes = (index: number): Json =>
    graph.calls.filter(({ layer }) => layer === index).map((call) => callJson(call, tensor))
  const described = layers.map((placed, index) => ({
    ...layerJson(placed),
    name: placed.name,
    inbound_nodes: nodes(index),
  }))
  const places: Json[] = []
  for (let index = 0; index <= layers.length; index++) {
    for (const input of inputs)
      if (input.before === index) places.push({ ...inputJson(input), name: input.name, inbound_nodes: [] })
    if (index < layers.length) places.push(described[index])
  }
  const ends = graph.outputs.map(history)
  const starts = inputs.map((input) => [input.name, 0, 0])
  return {
    name,
    trainable: true,
    layers: places,
    input_layers: starts.length === 1 ? starts[0] : starts,
    output_layers: single ? ends[0] : ends,
  }
}

/** Which of its layer's calls a call is. */
function nodeOf({ calls }: Graph, call: number): number {
  return calls.slice(0, call).filter(({ layer }) => layer === calls[call].layer).length
}

function typeOf(network: Network, { call, index }: Place): { shape: Shape; dtype: string } {
  if (call < 0) {
    const input = network.inputs[-1 - call]
    return { shape: input.shape, dtype: input.dtype ?? input.type.dtype }
  }
  return { shape: network.layers[network.graph.calls[call].layer].outputs[index], dtype: 'float32' }
}

function callJson({ inputs, initialStates }: GraphCall, tensor: (place: Place) => Json): Json {
  const tensors = inputs.map(tensor)
  const given = tensors.slice(0, tensors.length - initialStates)
  const states = tensors.slice(given.length)
  return {
    args: [given.length === 1 ? given[0] : given],
    kwargs: states.length === 0 ? {} : { initial_state: states.length === 1 ? states[0] : states },
  }
}

function inputJson({ name, shape, dtype, batchSize, type }: NetworkInput): JsonObject {
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
    ...kerasObject(
      model.className === 'Sequential' ? 'keras' : 'keras.src.models.functional',
      model.className,
      model.getConfig(),
    ),
    build_config: { input_shape: shapes.length === 1 ? shapes[0] : shapes },
    compile_config: compiled ? compileConfig(compiled) : {},
  }
}

/** Layers that Keras makes ready without knowing a shape, so that it writes none. */
const SHAPELESS: ReadonlySet<string> = new Set(['Activation', 'Dropout'])

function layerJson({ layer, name, inputs }: PlacedLayer): JsonObject {
  if (layer.network) {
    const isChain = layer.className === 'Sequential'
    return kerasObject(isChain ? 'keras' : 'keras.src.models.functional', layer.className, layer.config)
  }
  const config = { name, trainable: layer.trainable, dtype: FLOAT32_POLICY, ...layer.config }
  const json = kerasObject('keras.layers', layer.className, config)
  if (SHAPELESS.has(layer.className)) return json
  const shapes = inputs.map((shape) => [null, ...shape])
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
