import {
  camelKeys,
  FLOAT32_POLICY,
  isObject,
  type Json,
  type JsonObject,
  kerasObject,
  readKerasObject,
} from '../config/keras.ts'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { deserializeInitializer } from '../initializers/index.ts'
import { dense } from '../layers/dense.ts'
import type { Layer, LayerClasses, Shape } from '../layers/layer.ts'
import { lstm } from '../layers/lstm.ts'
import { deserializeLoss, serializeLoss } from '../losses/index.ts'
import { deserializeMetric, serializeMetric } from '../metrics/index.ts'
import type { PlacedLayer } from '../network/network.ts'
import { deserializeOptimizer, serializeOptimizer } from '../optimizers/index.ts'
import type { Compiled } from '../training/programs.ts'

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

/** What Keras's `model.get_config()` gives for a Sequential model. */
export function sequentialConfig(
  name: string,
  placed: readonly PlacedLayer[],
  inputShape: Shape,
): JsonObject {
  const ids = placed[0].layer.takesIds
  const input = kerasObject('keras.layers', 'InputLayer', {
    batch_shape: [null, ...inputShape],
    dtype: ids ? 'int32' : 'float32',
    sparse: false,
    ragged: false,
    name: 'input_layer',
    optional: false,
  })
  return {
    name,
    trainable: true,
    dtype: FLOAT32_POLICY,
    layers: [input, ...placed.map(layerJson)],
    build_input_shape: [null, ...inputShape],
  }
}

/** What Keras's `model.to_json()` gives; `model_from_json` reads it. */
export function modelJson(config: JsonObject, inputShape: Shape, compiled: Compiled | null): JsonObject {
  return {
    ...kerasObject('keras', 'Sequential', config),
    build_config: { input_shape: [null, ...inputShape] },
    compile_config: compiled ? compileConfig(compiled) : {},
  }
}

/** Layers that Keras makes ready without knowing a shape, so that it writes none. */
const SHAPELESS: ReadonlySet<string> = new Set(['Activation', 'Dropout'])

function layerJson({ layer, name, input }: PlacedLayer): JsonObject {
  const config = { name, trainable: true, dtype: FLOAT32_POLICY, ...layer.config }
  const json = kerasObject('keras.layers', layer.className, config)
  return SHAPELESS.has(layer.className) ? json : { ...json, build_config: { input_shape: [null, ...input] } }
}

function compileConfig({ optimizer, loss, metrics }: Compiled): JsonObject {
  return {
    optimizer: serializeOptimizer(optimizer),
    loss: serializeLoss(loss),
    loss_weights: null,
    metrics: metrics.map(serializeMetric),
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  }
}

export interface ModelParts {
  readonly name: string
  readonly layers: readonly Layer[]
  readonly inputShape: Shape | null
  readonly compiled: Compiled | null
}

/** Reads a Sequential model's JSON, ours or Keras 3's. Throws an OptionError for what is not supported. */
export function readModelJson(json: Json, classes: LayerClasses): ModelParts {
  const { className, config } = readKerasObject('the model configuration', json)
  if (className !== 'Sequential')
    throw new OptionError(`model class '${className}' is not supported yet; expected 'Sequential'`)
  if (!Array.isArray(config.layers))
    throw new OptionError(`the model configuration has no list of layers; got ${show(config.layers)}`)
  const given = config.layers.map((layer) => readKerasObject('a layer', layer))
  const input = given[0]?.className === 'InputLayer' ? given[0].config.batch_shape : config.build_input_shape
  const layers = given
    .filter((layer) => layer.className !== 'InputLayer')
    .map((layer) => readLayer(layer.className, layer.config, classes))
  if (layers.length === 0) throw new OptionError('the model configuration has no layers')
  const compile = isObject(json) ? json.compile_config : null
  return {
    name: typeof config.name === 'string' ? config.name : 'sequential',
    layers,
    inputShape: Array.isArray(input) ? (input.slice(1) as Shape) : null,
    compiled: isObject(compile) ? readCompileConfig(compile) : null,
  }
}

function readLayer(className: string, config: JsonObject, classes: LayerClasses): Layer {
  const make = classes.get(className)
  if (!make)
    throw new OptionError(
      `layer class '${className}' is not supported. There are: ${[...classes.keys()].join(', ')}.`,
    )
  const { dtype, trainable = true, batchShape: _, ...options } = camelKeys(config)
  const where = `layer '${config.name}' (${className})`
  if (trainable !== true)
    throw new OptionError(`${where}: frozen layers (trainable: false) are not supported yet`)
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
  if (json.loss_weights || json.weighted_metrics)
    throw new OptionError('compile_config: loss_weights and weighted_metrics are not supported yet')
  const metrics = json.metrics ?? []
  if (!Array.isArray(metrics))
    throw new OptionError(`compile_config: expected a list of metrics; got ${show(metrics)}`)
  return {
    optimizer: deserializeOptimizer(json.optimizer ?? 'rmsprop'),
    loss: deserializeLoss(json.loss),
    metrics: metrics.map(deserializeMetric),
  }
}
