import type { Json, JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { FileError } from '../errors.ts'

/** Reads a callback's state out of a file: numbers, some of which may be null. Texts stand for numbers that JSON has not. */
export function readState<K extends string>(
  className: string,
  json: JsonObject,
  keys: readonly K[],
): Record<K, number | null> {
  const read = (key: K): number | null => {
    const value: Json | undefined = json[key]
    if (value === null || typeof value === 'number') return value
    if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
    throw new FileError(`the state of the callback ${className} is damaged: '${key}' is ${show(value)}`)
  }
  return Object.fromEntries(keys.map((key) => [key, read(key)])) as Record<K, number | null>
}
