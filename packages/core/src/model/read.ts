import { camelKeys, isObject, type Json, type JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { readKerasObject } from '../config/readKeras.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import type { Layer, LayerClasses, Shape } from '../layers/layer.ts'
import { deserializeLoss } from '../losses/deserialize.ts'
import type { LossClasses } from '../losses/loss.ts'
import { deserializeMetric } from '../metrics/deserialize.ts'
import type { MetricClasses } from '../metrics/metric.ts'
import { deserializeOptimizer } from '../optimizers/deserialize.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { Compiled, PerOutput } from '../training/objectives.ts'
import { eachOutput } from './config.ts'
import type { Model } from './model.ts'
import { Sequential } from './sequential.ts'
import type { ModelOptions } from './weighted.ts'

export type AnyModel = Model<Float32Tensor | readonly Float32Tensor[]>

/** The classes that a model's JSON may name. Nothing else is ever made out of a file. */
export interface Classes {
  readonly layers: LayerClasses
  /** Reads a learning rate schedule. */
  readonly schedule?: (json: Json, where: string) => Schedule
  /** Without them, losses and metrics check their options when they are loaded. */
  readonly losses?: LossClasses
  readonly metrics?: MetricClasses
  /** Reads a functional model's configuration. */
  readonly functional?: (config: JsonObject, classes: Classes, options: ModelOptions) => AnyModel
}

/** A model as its JSON describes it: made, and with what `compile` was given. */
export interface ModelParts {
  readonly model: AnyModel
  readonly compiled: Compiled | null
}

/** Reads a model's JSON, ours or Keras 3's. Throws an OptionError for what is not supported. */
export function readModelJson(json: Json, classes: Classes, options: ModelOptions = {}): ModelParts {
  const { className, config } = readKerasObject('the model configuration', json)
  const model = readModel(className, config, classes, options)
  const { compile_config: compile = null } = json as JsonObject
  if (compile !== null && !isObject(compile))
    throw new OptionError(`compile_config: expected what compile was given; got ${show(compile)}`)
  return { model, compiled: compile && readCompileConfig(compile, classes) }
}

export function readModel(
  className: string,
  config: JsonObject,
  classes: Classes,
  options: ModelOptions,
): AnyModel {
  const name = typeof config.name === 'string' ? config.name : undefined
  if (className === 'Sequential') return readSequential(config, classes, { name, ...options })
  if (classes.functional && isModelClass(className))
    return classes.functional(config, classes, { name, ...options })
  throw new OptionError(`model class '${className}' is not supported; expected 'Sequential' or 'Functional'`)
}

export const isModelClass = (className: string) => ['Sequential', 'Functional', 'Model'].includes(className)

export function layersOf(config: JsonObject): readonly Json[] {
  if (!Array.isArray(config.layers))
    throw new OptionError(`the model configuration has no list of layers; got ${show(config.layers)}`)
  return config.layers
}

function readSequential(config: JsonObject, classes: Classes, options: ModelOptions): Sequential {
  const given = layersOf(config).map((layer) => readKerasObject('a layer', layer))
  const isInput = given[0]?.className === 'InputLayer'
  const input = isInput ? given[0].config.batch_shape : config.build_input_shape
  const layers = given
    .filter((layer) => layer.className !== 'InputLayer')
    .map((layer) => readInner(layer.className, layer.config, classes))
  if (layers.length === 0) throw new OptionError('the model configuration has no layers')
  const [first, ...rest] = layers
  const fixed =
    Array.isArray(input) && typeof input[0] === 'number' ? { ...first, batchSize: input[0] } : first
  const model = new Sequential([fixed, ...rest], options)
  if (Array.isArray(input) && !model.network) model.build(input.slice(1) as Shape)
  return model
}

/** A layer inside something, or a model as one. */
function readInner(className: string, config: JsonObject, classes: Classes): Layer {
  return isModelClass(className)
    ? readModel(className, config, classes, {}).asLayer
    : readLayer(className, config, classes)
}

/** Options of layers around layers. */
const INNER_LAYERS: ReadonlySet<string> = new Set(['layer', 'backwardLayer'])

export function readLayer(className: string, config: JsonObject, classes: Classes): Layer {
  const make = classes.layers.get(className)
  if (!make)
    throw new OptionError(
      `layer class '${className}' is not supported. There are: ${[...classes.layers.keys()].join(', ')}.`,
    )
  const { dtype, batchShape: _, ...options } = camelKeys(config)
  const where = `layer '${config.name}' (${className})`
  const policy = isObject(dtype) ? (isObject(dtype.config) ? dtype.config.name : null) : (dtype ?? 'float32')
  if (policy !== 'float32') throw new OptionError(`${where}: expected the dtype float32; got ${show(dtype)}`)
  const entries = Object.entries(options).map(([key, value]) => {
    if (INNER_LAYERS.has(key) && isObject(value)) {
      const inner = readKerasObject(`${where}, ${key}`, value)
      return [key, readInner(inner.className, inner.config, classes)]
    }
    return [key, value]
  })
  return make(Object.fromEntries(entries) as never)
}

function readCompileConfig(json: JsonObject, classes: Classes): Compiled | null {
  if (json.loss === null || json.loss === undefined) return null
  const { loss, loss_weights: lossWeights = null, metrics, weighted_metrics: weightedMetrics } = json
  const perOutput = Array.isArray(loss) || (isObject(loss) && typeof loss.class_name !== 'string')
  const lossOf = (one: Json) => deserializeLoss(one, classes.losses)
  return {
    optimizer: deserializeOptimizer(json.optimizer ?? 'rmsprop', classes.schedule),
    loss: perOutput
      ? eachOutput(loss as PerOutput<Json>, (one) => (one === null ? null : lossOf(one)))
      : lossOf(loss),
    lossWeights: lossWeights as PerOutput<number> | null,
    metrics: readMetrics('metrics', metrics, classes),
    weightedMetrics: readMetrics('weighted_metrics', weightedMetrics, classes),
  }
}

function readMetrics(what: string, json: Json = null, classes: Classes): Compiled['metrics'] {
  if (json === null) return []
  if (!Array.isArray(json) && !isObject(json))
    throw new OptionError(`compile_config: expected a list of ${what}; got ${show(json)}`)
  const metricOf = (one: Json) => deserializeMetric(one, classes.metrics)
  return eachOutput(json as PerOutput<Json>, (one) =>
    // Keras's null is of an output without
    Array.isArray(one) ? one.map(metricOf) : one === null ? [] : metricOf(one),
  )
}
