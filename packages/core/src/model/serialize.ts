import { isObject, type Json, type JsonObject, layerName } from '../config/keras.ts'
import { show, suggest } from '../config/options.ts'
import {
  CONSTRAINT_CLASSES,
  type Constraint,
  resolveConstraint,
  serializeConstraint,
} from '../constraints/index.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import { formatJson } from '../file/formatJson.ts'
import {
  INITIALIZER_CLASSES,
  type Initializer,
  resolveInitializer,
  serializeInitializer,
} from '../initializers/index.ts'
import type { Cell } from '../layers/cells/cell.ts'
import { CELL_CLASSES, deserializeCell } from '../layers/cells/index.ts'
import type { Layer } from '../layers/layer.ts'
import { layerJson } from '../layers/layerJson.ts'
import { LOSS_CLASSES } from '../losses/classes.ts'
import { deserializeLoss } from '../losses/deserialize.ts'
import type { Loss } from '../losses/loss.ts'
import { serializeLoss } from '../losses/resolve.ts'
import { METRIC_CLASSES } from '../metrics/classes.ts'
import { deserializeMetric } from '../metrics/deserialize.ts'
import type { Metric } from '../metrics/metric.ts'
import { serializeMetric } from '../metrics/resolve.ts'
import { deserializeOptimizer } from '../optimizers/deserialize.ts'
import { OPTIMIZER_CLASSES, type Optimizer, serializeOptimizer } from '../optimizers/index.ts'
import {
  REGULARIZER_CLASSES,
  type Regularizer,
  resolveRegularizer,
  serializeRegularizer,
} from '../regularizers/index.ts'
import {
  deserializeSchedule,
  SCHEDULE_CLASSES,
  type Schedule,
  serializeSchedule,
} from '../schedules/index.ts'
import { CLASSES as WITHOUT_TRAINING } from './classes.ts'
import { Model } from './model.ts'
import { type AnyModel, type Classes, isModelClass, readLayer, readModelJson } from './read.ts'
import type { ModelOptions } from './weighted.ts'

/** All classes there are: nothing is checked later than here. */
const CLASSES: Classes = { ...WITHOUT_TRAINING, losses: LOSS_CLASSES, metrics: METRIC_CLASSES }

/** What has a JSON form of Keras's. */
export type Serializable =
  | Layer
  | Cell
  | Optimizer
  | Schedule
  | Loss
  | Metric
  | Initializer
  | Regularizer
  | Constraint
  | AnyModel

/** Keras's modules, by what is in them, and how that is told and read. */
const FAMILIES: readonly {
  readonly module: string
  readonly classes: readonly string[]
  readonly is: (x: Record<string, unknown>) => boolean
  readonly write: (x: never) => Json
  readonly read: (json: Json) => Serializable | null
}[] = [
  {
    module: 'keras.layers',
    classes: [...CLASSES.layers.keys(), ...CELL_CLASSES.keys()],
    is: ({ emit, weights, config }) => isMade(emit, weights) && isObject(config as Json),
    write: (layer: Layer | Cell) => layerJson(layer, layer.name ?? layerName(layer.className)),
    read: layerOf,
  },
  {
    module: 'keras.optimizers',
    classes: [...OPTIMIZER_CLASSES.keys()],
    is: ({ writeHyper }) => isMade(writeHyper),
    write: serializeOptimizer,
    read: (json) => deserializeOptimizer(json, deserializeSchedule),
  },
  {
    module: 'keras.optimizers.schedules',
    classes: [...SCHEDULE_CLASSES.keys()],
    is: ({ rate }) => isMade(rate),
    write: serializeSchedule,
    read: (json) => deserializeSchedule(json),
  },
  {
    module: 'keras.losses',
    classes: [...LOSS_CLASSES.keys()],
    is: ({ reduction }) => typeof reduction === 'string',
    write: serializeLoss,
    read: (json) => deserializeLoss(json, LOSS_CLASSES),
  },
  {
    module: 'keras.initializers',
    classes: [...INITIALIZER_CLASSES.keys()],
    is: ({ values }) => isMade(values),
    write: serializeInitializer,
    read: (json) => resolveInitializer(json, 'deserialize'),
  },
  {
    module: 'keras.regularizers',
    classes: [...REGULARIZER_CLASSES.keys()],
    is: ({ className }) => REGULARIZER_CLASSES.has(String(className)),
    write: serializeRegularizer,
    read: (json) => resolveRegularizer(json, 'deserialize'),
  },
  {
    module: 'keras.constraints',
    classes: [...CONSTRAINT_CLASSES.keys()],
    is: ({ className }) => CONSTRAINT_CLASSES.has(String(className)),
    write: serializeConstraint,
    read: (json) => resolveConstraint(json, 'deserialize'),
  },
  {
    module: 'keras.metrics',
    classes: [...METRIC_CLASSES.keys()],
    is: ({ name, config }) => typeof name === 'string' && isObject(config as Json),
    write: serializeMetric,
    read: (json) => deserializeMetric(json, METRIC_CLASSES),
  },
]

const isMade = (...parts: unknown[]) => parts.every((part) => typeof part === 'function')

/** Keras's JSON of a layer, cell, model, optimizer, schedule, loss, metric, initializer, regularizer or constraint. */
export function serialize(x: Serializable): Json {
  if (x instanceof Model) return x.toJson()
  const family =
    typeof x === 'object' && x !== null
      ? FAMILIES.find(({ is }) => is(x as object as Record<string, unknown>))
      : null
  if (family) return family.write(x as never)
  throw new OptionError(
    `serialize: expected a layer, cell, model, optimizer, schedule, loss, metric, initializer, regularizer or constraint; got ${show(x)}`,
  )
}

/** What Keras's (or our) JSON describes. An unknown class or option is refused by name. */
export function deserialize(json: Json): Serializable {
  if (!isObject(json) || typeof json.class_name !== 'string')
    throw new OptionError(
      `deserialize: expected Keras's JSON with 'class_name' and 'config'; got ${show(json)}`,
    )
  requireSound('deserialize', json)
  const unknown = Object.keys(json).find((key) => !KEYS.includes(key))
  if (unknown !== undefined)
    throw new OptionError(`deserialize: Keras's JSON has no key '${unknown}' beside 'config'; leave it out`)
  if (isModelClass(json.class_name)) return modelOf(json)
  const { class_name: className } = json
  // optimizers that a backend of Keras has in its own way
  const module = /^keras\.src\.backend\.\w+\.optimizers\./.test(String(json.module))
    ? 'keras.optimizers'
    : json.module
  const found =
    typeof module === 'string' ? FAMILIES.find((family) => family.module === module) : familyOf(className)
  if (!found)
    throw new OptionError(
      `deserialize: there is no class '${className}' in the module '${module}'. Modules: ${FAMILIES.map((family) => family.module).join(', ')}.`,
    )
  const made = found.read(json)
  if (made === null) throw new OptionError(`deserialize: there is no class '${className}' in ${found.module}`)
  return made
}

/** What Keras writes of an object. */
const KEYS =
  'module class_name config registered_name build_config compile_config name inbound_nodes shared_object_id'.split(
    ' ',
  )

/** Refuses rings and what is nested without end: they exhaust the stack of whoever walks through them. */
function requireSound(where: string, json: Json): void {
  formatJson(json, (reason) => {
    throw new OptionError(`${where}: ${reason}`)
  })
}

/** Where no module is given: the family that alone has such a class. */
function familyOf(className: string) {
  const [family, ...more] = FAMILIES.filter(({ classes }) => classes.includes(className))
  if (family && more.length === 0) return family
  throw new OptionError(
    family
      ? `deserialize: several modules have a class '${className}': ${[family, ...more].map(({ module }) => module).join(', ')}; say which by 'module'`
      : `deserialize: there is no class '${className}'.${suggest(
          className,
          FAMILIES.flatMap(({ classes }) => classes),
        )}`,
  )
}

function layerOf(json: Json): Layer | Cell {
  const { class_name: className, config } = json as JsonObject
  if (CELL_CLASSES.has(String(className))) return deserializeCell('deserialize', json)
  if (!isObject(config)) throw new OptionError(`deserialize: expected a config; got ${show(config)}`)
  return readLayer(String(className), config, CLASSES)
}

function modelOf(json: Json, options: ModelOptions = {}): AnyModel {
  const { model, compiled } = readModelJson(json, CLASSES, options)
  if (compiled) model.adopt(compiled, null)
  return model
}

/**
 * A model out of the JSON that Keras's `model.to_json()` or our `model.toJson()` wrote (the text, or the object), or out of what
 * `get_config()` or `getConfig()` gave, with new weights. A `compile_config` in it compiles the model. An unknown class or option is refused by name.
 *
 * `P` is what its `predict` returns: a list where the model has a list of outputs.
 */
export function modelFromConfig<P extends Float32Tensor | readonly Float32Tensor[] = Float32Tensor>(
  json: Json,
  options: ModelOptions = {},
): Model<P> {
  const parsed = typeof json === 'string' ? parse(json) : json
  requireSound('modelFromConfig', parsed)
  return modelOf(withClass(parsed), options) as Model<P>
}

/** What `model.getConfig()` gives does not say its class: a graph tells where it ends. */
function withClass(json: Json): Json {
  if (!isObject(json) || 'class_name' in json || !Array.isArray(json.layers)) return json
  return { class_name: 'output_layers' in json ? 'Functional' : 'Sequential', config: json }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new OptionError(`modelFromConfig: this text is no JSON: ${(error as Error).message}`)
  }
}
