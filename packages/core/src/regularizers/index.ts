import { type Family, resolveMember, serializeMember } from '../config/family.ts'
import type { Json } from '../config/keras.ts'
import { notNegative, oneOf, orNull, readOptions } from '../config/options.ts'
import { composed } from '../optimizers/composed.ts'
import type { Regularizer } from './regularizer.ts'

export type { Regularizer } from './regularizer.ts'

export interface L1Options {
  /** Default 0.01. */
  l1?: number
}

export interface L2Options {
  /** Default 0.01. */
  l2?: number
}

export interface L1L2Options {
  /** Default 0. */
  l1?: number
  /** Default 0. */
  l2?: number
}

export interface OrthogonalOptions {
  /** Default 0.01. */
  factor?: number
  /** What is to become orthogonal. Default 'rows'. */
  mode?: 'rows' | 'columns'
}

const factor = orNull(notNegative)

/** l1 · Σ |w|. Keras: `L1`. */
export function l1(options: L1Options = {}): Regularizer {
  return made('L1', readOptions('regularizers.l1', options, { l1: [0.01, factor] }))
}

/** l2 · Σ w². Keras: `L2`. */
export function l2(options: L2Options = {}): Regularizer {
  return made('L2', readOptions('regularizers.l2', options, { l2: [0.01, factor] }))
}

/** l1 · Σ |w| + l2 · Σ w². Keras: `L1L2`. */
export function l1l2(options: L1L2Options = {}): Regularizer {
  return made('L1L2', readOptions('regularizers.l1l2', options, { l1: [0, factor], l2: [0, factor] }))
}

/** factor · the mean of |cos| of the angles between the rows, or columns, of a matrix. Keras: `OrthogonalRegularizer`. */
export function orthogonalRegularizer(options: OrthogonalOptions = {}): Regularizer {
  const table = { factor: [0.01, notNegative], mode: ['rows', oneOf(['rows', 'columns'])] } as const
  const read = readOptions<OrthogonalOptions>('regularizers.orthogonalRegularizer', options, table)
  return made('OrthogonalRegularizer', { ...read })
}

function made(className: Regularizer['className'], config: Regularizer['config']): Regularizer {
  composed.demand()
  return { className, config }
}

const BY_NAME = { l1, l2, l1l2, orthogonalRegularizer } as const

export type RegularizerName = keyof typeof BY_NAME
/** A name stands for the regularizer with its default options. */
export type RegularizerLike = RegularizerName | Regularizer

/** Classes that a file may name. */
export const REGULARIZER_CLASSES: ReadonlyMap<string, (options: never) => Regularizer> =
  /* @__PURE__ */ new Map<string, (options: never) => Regularizer>([
    ['L1', l1],
    ['L2', l2],
    ['L1L2', l1l2],
    ['OrthogonalRegularizer', orthogonalRegularizer],
  ])

const FAMILY: Family<Regularizer> = { what: 'regularizer', members: BY_NAME }

/** A regularizer out of a name, one made by `regularizers.…()`, Keras's JSON; null out of null or nothing. */
export function resolveRegularizer(like: unknown, where: string): Regularizer | null {
  return resolveMember(FAMILY, like, where)
}

export function serializeRegularizer(regularizer: Regularizer | null): Json {
  return serializeMember(FAMILY, regularizer)
}
