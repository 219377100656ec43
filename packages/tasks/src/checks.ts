/** What a value is, where nothing is known of it: a file may hold anything, and so may what a program gives. */

import { TaskError } from './errors.ts'

/** An object of JSON, no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isText = (value: unknown): value is string => typeof value === 'string'

export const areTexts = (value: unknown): value is readonly string[] => areAll(value, isText)

/** A whole number from 1. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0

/** A finite number from `least`. */
export const isNumber = (value: unknown, least = Number.NEGATIVE_INFINITY): value is number =>
  Number.isFinite(value) && Number(value) >= least

/** A number above 0 and below 1. */
export const isPart = (value: unknown): value is number => isNumber(value, Number.MIN_VALUE) && value < 1

/** A list, of which this holds for each. */
const areAll = <Item>(value: unknown, holds: (item: unknown) => item is Item): value is readonly Item[] =>
  Array.isArray(value) && value.every((item) => holds(item))

/** Null, or what this holds for. */
export const orNull =
  <Known>(holds: (value: unknown) => value is Known) =>
  (value: unknown): value is Known | null =>
    value === null || holds(value)

/**
 * Names of options: one that there is not would be ignored.
 *
 * @throws TaskError that says which there are
 */
export function checkNames(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new TaskError(
    `options: expected any of ${names.join(', ')}, received '${unknown}'. Leave it out, or correct the name.`,
  )
}
