import { OptionError } from '../errors.ts'
import { asFloat, isObject, type Json, type JsonObject } from './keras.ts'
import { show } from './options.ts'

/** Reads an object that Keras may have written: `{ class_name, config }`. */
export function readKerasObject(
  where: string,
  json: Json | undefined,
): { className: string; config: JsonObject } {
  if (!isObject(json) || typeof json.class_name !== 'string' || !isObject(json.config)) {
    throw new OptionError(`${where}: expected Keras's JSON with 'class_name' and 'config'; got ${show(json)}`)
  }
  return { className: json.class_name, config: json.config }
}

/** The name of a function that Keras wrote by name, e.g. a loss given as `keras.losses.mean_squared_error`; or null. */
export function functionName(json: Json): string | null {
  return isObject(json) && json.class_name === 'function' && typeof json.config === 'string'
    ? json.config
    : null
}

/** What `asFloat` was given. */
export function fromFloat(x: number): number {
  const whole = Math.round(x)
  return asFloat(whole) === x ? whole : x
}
