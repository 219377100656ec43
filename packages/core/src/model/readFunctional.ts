import { isObject, type Json, type JsonObject, readKerasObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { input } from '../layers/input.ts'
import type { Layer, Shape } from '../layers/layer.ts'
import type { SymbolicTensor } from '../layers/symbolic.ts'
import { graphBetween } from '../network/graphBetween.ts'
import { Network } from '../network/network.ts'
import { Functional } from './functional.ts'
import { type Classes, isModelClass, layersOf, readLayer, readModel } from './read.ts'
import type { ModelOptions } from './weighted.ts'

/** A layer of a functional configuration, and the calls of it that are still to be made. */
interface Waiting {
  readonly name: string
  readonly layer: Layer | null
  readonly nodes: readonly Json[]
  /** Calls made so far. */
  made: number
}

/** Reads the configuration of a functional model. */
export function readFunctional(config: JsonObject, classes: Classes, options: ModelOptions): Functional {
  const made = new Map<string, readonly SymbolicTensor[]>()
  const waiting = layersOf(config).flatMap((json) => readGraphLayer(json, classes, made))
  // layers may come in any order, and their calls too: each is made once all that it needs is there
  for (let progress = true; progress; ) {
    progress = false
    for (const one of waiting) while (one.made < one.nodes.length && makeCall(one, made)) progress = true
  }
  const stuck = waiting.find((one) => one.made < one.nodes.length)
  if (stuck)
    throw new OptionError(
      `the model configuration: layer '${stuck.name}' takes what is never made; its graph has a cycle, or names a layer that is not there`,
    )
  const at = (history: Json): SymbolicTensor => {
    const tensor = tensorAt(history, made)
    if (tensor) return tensor
    throw new OptionError(`the model configuration: there is no tensor ${show(history)} in its graph`)
  }
  const ends = (json: Json | undefined): readonly Json[] =>
    Array.isArray(json) && Array.isArray(json[0]) ? json : [json ?? null]
  const { input_layers: inputs, output_layers: outputs } = config
  const single = !(Array.isArray(outputs) && Array.isArray(outputs[0]))
  const graph = graphBetween('model', ends(inputs).map(at), ends(outputs).map(at))
  return new Functional(new Network(graph), single, options)
}

/** Keras's own operations that only compute masks, which layers find by themselves here. */
const MASK_OPERATIONS: readonly string[] = ['NotEqual', 'Any']

function readGraphLayer(
  json: Json,
  classes: Classes,
  made: Map<string, readonly SymbolicTensor[]>,
): Waiting[] {
  const { className, config } = readKerasObject('a layer', json)
  const { name: given = config.name, inbound_nodes: nodes = [] } = json as JsonObject
  const name = String(given)
  if (className === 'InputLayer') {
    made.set(keyOf(name, 0), [readInput(config)])
    return []
  }
  if (MASK_OPERATIONS.includes(className)) return []
  if (!Array.isArray(nodes))
    throw new OptionError(
      `layer '${name}' (${className}): expected a list of inbound_nodes; got ${show(nodes)}`,
    )
  const layer = isModelClass(className)
    ? readModel(className, config, classes, {}).asLayer
    : readLayer(className, { ...config, name }, classes)
  return [{ name, layer, nodes, made: 0 }]
}

function readInput(config: JsonObject): SymbolicTensor {
  const { batch_shape: batchShape, name, dtype } = config
  const ids = typeof dtype === 'string' && dtype.startsWith('int')
  if (!Array.isArray(batchShape))
    throw new OptionError(`the input '${name}': expected a batch_shape; got ${show(batchShape)}`)
  const [batchSize, ...shape] = batchShape
  const options = { name: String(name), dtype: ids ? ('int32' as const) : undefined }
  return batchSize === null
    ? input({ ...options, shape: shape as Shape })
    : input({ ...options, batchShape: batchShape as Shape })
}

const keyOf = (name: Json, node: Json): string => JSON.stringify([name, node])

function tensorAt(
  history: Json | undefined,
  made: ReadonlyMap<string, readonly SymbolicTensor[]>,
): SymbolicTensor | undefined {
  if (!Array.isArray(history)) return undefined
  const [name, node, index] = history
  return made.get(keyOf(name, node))?.[Number(index)]
}

/** Makes a layer's next call, where all that it takes is there. */
function makeCall(one: Waiting, made: Map<string, readonly SymbolicTensor[]>): boolean {
  const node = one.nodes[one.made]
  const { args, kwargs = {} } = isObject(node) ? node : {}
  const tensors = historiesIn(args ?? []).map((history) => tensorAt(history, made))
  const states = historiesIn(isObject(kwargs) ? (kwargs.initial_state ?? []) : []).map((history) =>
    tensorAt(history, made),
  )
  if (tensors.length === 0)
    throw new OptionError(`layer '${one.name}': expected an inbound node with tensors; got ${show(node)}`)
  if ([...tensors, ...states].includes(undefined)) return false
  const initialState = states.length === 0 ? undefined : (states as SymbolicTensor[])
  const results = one.layer?.applyAll(tensors as SymbolicTensor[], { initialState }) ?? []
  made.set(keyOf(one.name, one.made), results)
  one.made++
  return true
}

/** The histories of all tensors in a call's arguments, in their order. */
function historiesIn(json: Json): Json[] {
  if (Array.isArray(json)) return json.flatMap(historiesIn)
  if (!isObject(json) || json.class_name !== '__keras_tensor__') return []
  return [isObject(json.config) ? (json.config.keras_history ?? null) : null]
}
