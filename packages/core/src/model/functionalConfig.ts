import type { Json, JsonObject } from '../config/keras.ts'
import type { Shape } from '../layers/layer.ts'
import type { Graph, GraphCall, Place } from '../network/graph.ts'
import type { Network } from '../network/network.ts'
import { inputJson, placedJson } from './config.ts'

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
    ...placedJson(placed, graph.calls.find(({ layer }) => layer === index)?.initialStates),
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
