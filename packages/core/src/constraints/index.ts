import { type Family, resolveMember, serializeMember } from '../config/family.ts'
import { type Json, type JsonObject, snakeKeys } from '../config/keras.ts'
import { type Check, notNegative, readOptions, share } from '../config/options.ts'
import { composed } from '../optimizers/composed.ts'
import type { Constraint } from './constraint.ts'

export type { Constraint } from './constraint.ts'

interface AxisOptions {
  /** Axes along which a norm is taken: 0, the default, gives one for each column; [0, 1] one for a whole matrix. */
  axis?: number | readonly number[]
}

export interface MaxNormOptions extends AxisOptions {
  /** Default 2. */
  maxValue?: number
}

export interface MinMaxNormOptions extends AxisOptions {
  /** Default 0. */
  minValue?: number
  /** Default 1. */
  maxValue?: number
  /** How far towards the bounds at each update. Default 1: all the way. */
  rate?: number
}

const whole: Check = (value) => (Number.isSafeInteger(value) ? null : 'a whole number')
const isAxis: Check = (value) =>
  (Array.isArray(value) ? value.length > 0 && value.every((axis) => !whole(axis)) : !whole(value))
    ? null
    : 'an axis, or a list of axes'

/** Norms of at most `maxValue`. Keras: `MaxNorm`. */
export function maxNorm(options: MaxNormOptions = {}): Constraint {
  const table = { maxValue: [2, notNegative], axis: [0, isAxis] } as const
  return made('MaxNorm', readOptions('constraints.maxNorm', options, table))
}

/** Norms between `minValue` and `maxValue`. Keras: `MinMaxNorm`. */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const table = {
    minValue: [0, notNegative],
    maxValue: [1, notNegative],
    rate: [1, share],
    axis: [0, isAxis],
  } as const
  return made('MinMaxNorm', readOptions('constraints.minMaxNorm', options, table))
}

/** Norms of 1. Keras: `UnitNorm`. */
export function unitNorm(options: AxisOptions = {}): Constraint {
  return made('UnitNorm', readOptions('constraints.unitNorm', options, { axis: [0, isAxis] }))
}

/** No entry below 0. Keras: `NonNeg`. */
export function nonNeg(options: object = {}): Constraint {
  return made('NonNeg', readOptions('constraints.nonNeg', options, {}))
}

function made(className: Constraint['className'], options: object): Constraint {
  composed.demand()
  return { className, config: snakeKeys(options as JsonObject) }
}

const BY_NAME = { maxNorm, minMaxNorm, nonNeg, unitNorm } as const

export type ConstraintName = keyof typeof BY_NAME
/** A name stands for the constraint with its default options. */
export type ConstraintLike = ConstraintName | Constraint

/** Classes that a file may name. */
export const CONSTRAINT_CLASSES: ReadonlyMap<string, (options: never) => Constraint> =
  /* @__PURE__ */ new Map<string, (options: never) => Constraint>([
    ['MaxNorm', maxNorm],
    ['MinMaxNorm', minMaxNorm],
    ['NonNeg', nonNeg],
    ['UnitNorm', unitNorm],
  ])

const FAMILY: Family<Constraint> = { what: 'constraint', members: BY_NAME }

/** A constraint out of a name, one made by `constraints.…()`, Keras's JSON; null out of null or nothing. */
export function resolveConstraint(like: unknown, where: string): Constraint | null {
  return resolveMember(FAMILY, like, where)
}

export function serializeConstraint(constraint: Constraint | null): Json {
  return serializeMember(FAMILY, constraint)
}
