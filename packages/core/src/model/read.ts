import { camelKeys, isObject, type Json, type JsonObject, readKerasObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { deserializeInitializer } from '../initializers/index.ts'
import { dense } from '../layers/dense.ts'
import type { Layer, LayerClasses, Shape } from '../layers/layer.ts'
import { lstm } from '../layers/lstm.ts'
import { input, type SymbolicTensor } from '../layers/symbolic.ts'
import { deserializeLoss } from '../losses/index.ts'
import { deserializeMetric } from '../metrics/index.ts'
import { graphBetween } from '../network/graph.ts'
import { Network } from '../network/network.ts'
import { deserializeOptimizer } from '../optimizers/index.ts'
import type { Compiled, PerOutput } from '../training/objectives.ts'
import { eachOutput } from './config.ts'
import { Functional } from './functional.ts'
import type { ModelOptions } from './model.ts'
import { Sequential } from './sequential.ts'

type AnyModel = Sequential | Functional

/** The seed job's layers. All classes are in `layers/classes.ts`. */
const SEED_JOB: LayerClasses = new Map<string, (options: never) => Layer>([
  ['Dense', dense],
  ['LSTM', lstm],
])

/** The classes of the layers that a model's JSON names: where it names others than the seed job's, all, downloaded now. */
export async function layerClassesOf(json: Json): Promise<LayerClasses> {
  const { config } = readKerasObject('the model configuration', json)
  const layers = Array.isArray(config.layers) ? config.layers : []
  const others = layers
    .map((layer) => layer?.class_name)
    .filter((name) => name !== 'InputLayer' && !SEED_JOB.has(name))
  return others.length > 0 ? (await import('../layers/classes.ts')).LAYER_CLASSES : SEED_JOB
}

/** A model as its JSON describes it: made, and with what `compile` was given. */
export interface ModelParts {
  readonly model: AnyModel
  readonly compiled: Compiled | null
}

/** Reads a model's JSON, ours or Keras 3's. Throws an OptionError for what is not supported. */
export function readModelJson(json: Json, classes: LayerClasses, options: ModelOptions = {}): ModelParts {
  const { className, config } = readKerasObject('the model configuration', json)
  const model = readModel(className, config, classes, options)
  const compile = isObject(json) ? json.compile_config : null
  return { model, compiled: isObject(compile) ? readCompileConfig(compile) : null }
}

function readModel(
  className: string,
  config: JsonObject,
  classes: LayerClasses,
  options: ModelOptions,
): AnyModel {
  const name = typeof config.name === 'string' ? config.name : undefined
  if (className === 'Sequential') return readSequential(config, classes, { name, ...options })
  if (className === 'Functional' || className === 'Model')
    return readFunctional(config, classes, { name, ...options })
  throw new OptionError(`model class '${className}' is not supported; expected 'Sequential' or 'Functional'`)
}

const isModelClass = (className: string) => ['Sequential', 'Functional', 'Model'].includes(className)

function layersOf(config: JsonObject): readonly Json[] {
  if (!Array.isArray(config.layers))
    throw new OptionError(`the model configuration has no list of layers; got ${show(config.layers)}`)
  return config.layers
}

function readSequential(config: JsonObject, classes: LayerClasses, options: ModelOptions): Sequential {
  const given = layersOf(config).map((layer) => readKerasObject('a layer', layer))
  const isInput = given[0]?.className === 'InputLayer'
  const input = isInput ? given[0].config.batch_shape : config.build_input_shape
  const layers = given
    .filter((layer) => layer.className !== 'InputLayer')
    .map((layer) =>
      isModelClass(layer.className)
        ? readModel(layer.className, layer.config, classes, {}).asLayer
        : readLayer(layer.className, layer.config, classes),
    )
  if (layers.length === 0) throw new OptionError('the model configuration has no layers')
  const [first, ...rest] = layers
  const fixed =
    Array.isArray(input) && typeof input[0] === 'number' ? { ...first, batchSize: input[0] } : first
  const model = new Sequential([fixed, ...rest], options)
  if (Array.isArray(input) && !model.network) model.build(input.slice(1) as Shape)
  return model
}

/** A layer of a functional configuration, and the calls of it that are still to be made. */
interface Waiting {
  readonly name: string
  readonly layer: Layer | null
  readonly nodes: readonly Json[]
  /** Calls made so far. */
  made: number
}

function readFunctional(config: JsonObject, classes: LayerClasses, options: ModelOptions): Functional {
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
  classes: LayerClasses,
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

function readLayer(className: string, config: JsonObject, classes: LayerClasses): Layer {
  const make = classes.get(className)
  if (!make)
    throw new OptionError(
      `layer class '${className}' is not supported. There are: ${[...classes.keys()].join(', ')}.`,
    )
  const { dtype, batchShape: _, ...options } = camelKeys(config)
  const where = `layer '${config.name}' (${className})`
  const policy = isObject(dtype) ? (isObject(dtype.config) ? dtype.config.name : null) : (dtype ?? 'float32')
  if (policy !== 'float32') throw new OptionError(`${where}: expected the dtype float32; got ${show(dtype)}`)
  const entries = Object.entries(options).map(([key, value]) => {
    const isInitializer = key.endsWith('Initializer') && value !== undefined
    return [key, isInitializer ? deserializeInitializer(value, `${where}, ${key}`) : value]
  })
  return make(Object.fromEntries(entries) as never)
}

function readCompileConfig(json: JsonObject): Compiled | null {
  if (json.loss === null || json.loss === undefined) return null
  const { loss, loss_weights: lossWeights = null, metrics, weighted_metrics: weightedMetrics } = json
  const perOutput = Array.isArray(loss) || (isObject(loss) && typeof loss.class_name !== 'string')
  return {
    optimizer: deserializeOptimizer(json.optimizer ?? 'rmsprop'),
    loss: perOutput
      ? eachOutput(loss as PerOutput<Json>, (one) => (one === null ? null : deserializeLoss(one)))
      : deserializeLoss(loss),
    lossWeights: lossWeights as PerOutput<number> | null,
    metrics: readMetrics('metrics', metrics),
    weightedMetrics: readMetrics('weighted_metrics', weightedMetrics),
  }
}

function readMetrics(what: string, json: Json = null): Compiled['metrics'] {
  if (json === null) return []
  if (!Array.isArray(json) && !isObject(json))
    throw new OptionError(`compile_config: expected a list of ${what}; got ${show(json)}`)
  return eachOutput(json as PerOutput<Json>, (one) =>
    Array.isArray(one) ? one.map(deserializeMetric) : deserializeMetric(one),
  )
}
