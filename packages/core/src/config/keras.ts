export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** How Keras 3 writes a layer, optimizer, loss, initializer … (`keras.saving.serialize_keras_object`). */
export type KerasObject = {
  readonly module: string
  readonly class_name: string
  readonly config: JsonObject
  readonly registered_name: string | null
}

export function kerasObject(module: string, className: string, config: JsonObject): KerasObject {
  return { module, class_name: className, config, registered_name: null }
}

/** How Keras writes a model, by itself and as a layer of another one: its two kinds live in different modules. */
export function kerasModel(className: string, config: JsonObject): KerasObject {
  const module = className === 'Sequential' ? 'keras' : 'keras.src.models.functional'
  return kerasObject(module, className, config)
}

/** A dtype policy as layers carry it; float32 is the only one. */
export const FLOAT32_POLICY = kerasObject('keras', 'DTypePolicy', { name: 'float32' })

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** recurrentActivation → recurrent_activation; beta1 → beta_1, as Keras spells them. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^beta(\d)$/, 'beta_$1')
}

/** recurrent_activation → recurrentActivation; beta_1 → beta1. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

export function snakeKeys(options: Readonly<Record<string, Json>>): JsonObject {
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [snakeCase(key), value]))
}

export function camelKeys(config: JsonObject): Record<string, Json> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [camelCase(key), value]))
}

/**
 * A number as Keras reads it where it insists on a float: Python takes 1 in JSON for an integer, so a whole number becomes its
 * neighbour, which is the same in float32. `fromFloat` (`readKeras.ts`) is the way back.
 */
export function asFloat(x: number): number {
  if (!Number.isInteger(x)) return x
  return x === 0 ? Number.MIN_VALUE : x * (1 - Number.EPSILON / 2)
}

/** CategoricalCrossentropy → categoricalCrossentropy. */
export function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

/** accuracy → Accuracy. */
export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/**
 * How Keras names what has no name, after its class: LSTMCell → lstm_cell, Conv1D → conv1d
 * (`keras.src.utils.naming.to_snake_case`).
 */
export function layerName(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}
