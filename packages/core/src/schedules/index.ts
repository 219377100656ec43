import { camelKeys, type Json } from '../config/keras.ts'
import { suggest } from '../config/options.ts'
import { fromFloat, readKerasObject } from '../config/readKeras.ts'
import { OptionError } from '../errors.ts'
import { cosineDecay, cosineDecayRestarts } from './cosine.ts'
import { exponentialDecay, inverseTimeDecay, polynomialDecay } from './decay.ts'
import { piecewiseConstantDecay } from './piecewise.ts'
import type { Schedule } from './schedule.ts'

export type { CosineDecayOptions, CosineDecayRestartsOptions } from './cosine.ts'
export type { ExponentialDecayOptions, InverseTimeDecayOptions, PolynomialDecayOptions } from './decay.ts'
export type { PiecewiseConstantDecayOptions } from './piecewise.ts'
export { type Schedule, serializeSchedule } from './schedule.ts'
export {
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  piecewiseConstantDecay,
  polynomialDecay,
}

/** Classes that a file may name. */
export const SCHEDULE_CLASSES: ReadonlyMap<string, (options: never) => Schedule> = new Map<
  string,
  (options: never) => Schedule
>([
  ['CosineDecay', cosineDecay],
  ['CosineDecayRestarts', cosineDecayRestarts],
  ['ExponentialDecay', exponentialDecay],
  ['InverseTimeDecay', inverseTimeDecay],
  ['PiecewiseConstantDecay', piecewiseConstantDecay],
  ['PolynomialDecay', polynomialDecay],
])

export function deserializeSchedule(json: Json, where = 'schedule'): Schedule {
  const { className, config } = readKerasObject(where, json)
  const make = SCHEDULE_CLASSES.get(className)
  const wholes = (value: Json): Json =>
    typeof value === 'number' ? fromFloat(value) : Array.isArray(value) ? value.map(wholes) : value
  const options = Object.entries(camelKeys(config)).map(([key, value]) => [key, wholes(value)])
  if (make) return make(Object.fromEntries(options) as never)
  throw new OptionError(
    `${where}: there is no schedule '${className}'.${suggest(className, [...SCHEDULE_CLASSES.keys()])}`,
  )
}
