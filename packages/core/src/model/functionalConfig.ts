import { type Json, type JsonObject, kerasObject } from '../config/keras.ts'
import type { Shape } from '../layers/layer.ts'
import type { Graph, GraphCall, Place } from '../network/graph.ts'
import type { Network } from '../network/network.ts'
import { inputJson, placedJson } from './config.ts'
import { masksInGraph } from './maskTerms.ts'

/** What Keras's `model.get_config()` gives for a functional model. @param single was it given one output, or a list? */
export function functionalConfig(name: string, network: Network, single: boolean): JsonObject {
  const { graph, layers, inputs } = network
  const names = layers.map((placed) => placed.name)
  const batchSize = inputs.find((input) => input.batchSize !== null)?.batchSize ?? null
  const history = ({ call, index }: Place): Json =>
    call < 0 ? [inputs[-1 - call].name, 0, 0] : [names[graph.calls[call].layer], nodeOf(graph, call), index]
  const tensor = (place: Place): Json => {
    const { shape, dtype } = typeOf(network, place)
    return {
      class_name: '__keras_tensor__',
      config: { shape: [batchSize, ...shape], dtype, keras_history: history(place) },
    }
  }
  const nodes = (index: number, kwargs: JsonObject): Json =>
    graph.calls.filter(({ layer }) => layer === index).map((call) => callJson(call, tensor, kwargs))
  const namesAnew = joinsMasks(network)
  const described = layers.map((placed, index) => {
    const { name, layer } = placed
    if (layer.isOperation)
      return {
        ...kerasObject('keras.src.ops.numpy', layer.className, { name }),
        ...{ registered_name: layer.className, name },
        inbound_nodes: graph.calls
          .filter((call) => call.layer === index)
          .map(({ inputs }) => ({ args: inputs.map(tensor), kwargs: {} })),
      }
    const states = graph.calls.find(({ layer }) => layer === index)?.initialStates
    const { config, ...json } = placedJson(placed, batchSize, states)
    // in Keras an argument of the call
    const { use_causal_mask: causal, ...options } = config as JsonObject
    const isNumbered = layer.className === 'Concatenate' && /^concatenate(_\d+)?$/.test(name)
    return {
      ...json,
      config: namesAnew && isNumbered ? { ...options, name: null } : options,
      name,
      inbound_nodes: nodes(index, causal ? { use_causal_mask: causal } : {}),
    }
  })
  const places: Json[] = []
  for (let index = 0; index <= layers.length; index++) {
    for (const input of inputs)
      if (input.before === index) places.push({ ...inputJson(input), name: input.name, inbound_nodes: [] })
    if (index < layers.length) places.push(described[index])
  }
  const ends = graph.outputs.map((place) => {
    const [owner, node, index] = history(place) as readonly Json[]
    return [owner, isFunctional(network, place) ? Number(node) + 1 : node, index]
  })
  const { outputNames } = graph
  const starts = inputs.map((input) => [input.name, 0, 0])
  return {
    name,
    trainable: network.trainable,
    layers: places,
    input_layers: starts.length === 1 ? starts[0] : starts,
    output_layers: outputNames
      ? Object.fromEntries(ends.map((end, index) => [outputNames[index], end]))
      : single
        ? ends[0]
        : ends,
  }
}

/**
 * Does a Concatenate join masks? Keras does so by an operation of that name, numbered from those that it named itself: layers
 * must be among these, lest two have one name.
 */
function joinsMasks({ graph }: Network): boolean {
  const passed = masksInGraph(
    graph,
    graph.inputs.map(({ name }) => name),
    [],
  )
  return graph.calls.some(
    ({ layer }, call) =>
      graph.layers[layer].className === 'Concatenate' && passed[call].taken.some((mask) => mask !== null),
  )
}

/** Is it a functional model's? Where the graph ends, Keras counts the making of such a model as its first call. */
function isFunctional({ graph, layers }: Network, { call }: Place): boolean {
  return call >= 0 && layers[graph.calls[call].layer].layer.className === 'Functional'
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

function callJson(
  { inputs, initialStates }: GraphCall,
  tensor: (place: Place) => Json,
  kwargs: JsonObject,
): Json {
  const tensors = inputs.map(tensor)
  const given = tensors.slice(0, tensors.length - initialStates)
  const states = tensors.slice(given.length)
  return {
    args: [given.length === 1 ? given[0] : given],
    kwargs:
      states.length === 0 ? kwargs : { ...kwargs, initial_state: states.length === 1 ? states[0] : states },
  }
}
