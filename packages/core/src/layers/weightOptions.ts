import { type Json, snakeCase } from '../config/keras.ts'
import { type Check, checkedLater } from '../config/options.ts'
import { type ConstraintLike, resolveConstraint, serializeConstraint } from '../constraints/index.ts'
import {
  type InitializerLike,
  type InitializerName,
  resolveInitializer,
  serializeInitializer,
} from '../initializers/index.ts'
import { type RegularizerLike, resolveRegularizer, serializeRegularizer } from '../regularizers/index.ts'
import type { WeightSpec } from './layer.ts'

/** What can be asked of each of a layer's weights: `kernelInitializer`, `kernelRegularizer`, `kernelConstraint`, … */
export type WeightOptions<W extends string> = { [K in `${W}Initializer`]?: InitializerLike } & {
  /** Adds a penalty for the weight to the loss. Default null. */
  [K in `${W}Regularizer`]?: RegularizerLike | null
} & {
  /** Keeps the weight within bounds after every update. Default null. */
  [K in `${W}Constraint`]?: ConstraintLike | null
}

/** The checks of these options, for `checkLayerOptions`. */
export function weightChecks(...weights: readonly string[]): Record<string, Check> {
  return Object.fromEntries(
    weights.flatMap((weight) =>
      ['Initializer', 'Regularizer', 'Constraint'].map((what) => [weight + what, checkedLater]),
    ),
  )
}

export type Config = Readonly<Record<string, Json>>

export interface ReadWeights<W extends string> {
  /** By weight: for its `WeightSpec`. */
  readonly specs: Readonly<
    Record<W, Required<Pick<WeightSpec, 'initializer' | 'regularizer' | 'constraint'>>>
  >
  /** For the layer's configuration, where these stand in a row each. */
  readonly initializers: Config
  readonly regularizers: Config
  readonly constraints: Config
}

/**
 * The options of a layer's weights, resolved.
 *
 * @param defaults by weight (what the names of its options begin with: 'kernel') its initializer where none is given
 */
export function readWeights<W extends string>(
  where: string,
  options: object,
  defaults: Readonly<Record<W, InitializerName>>,
): ReadWeights<W> {
  const names = Object.keys(defaults) as W[]
  const given = options as Readonly<Record<string, unknown>>
  const read = <T>(what: string, resolve: (like: unknown, where: string) => T) =>
    names.map((name) => {
      const { [name + what]: like = what === 'Initializer' ? defaults[name] : null } = given
      return resolve(like, `${where}, ${name}${what}`)
    })
  const initializers = read('Initializer', resolveInitializer)
  const regularizers = read('Regularizer', resolveRegularizer)
  const constraints = read('Constraint', resolveConstraint)
  const config = <T>(what: string, found: readonly T[], serialize: (one: T) => Json): Config =>
    Object.fromEntries(names.map((name, i) => [`${snakeCase(name)}_${what}`, serialize(found[i])]))
  const specs = names.map((name, i) => {
    const [initializer, regularizer, constraint] = [initializers[i], regularizers[i], constraints[i]]
    return [name, { initializer, regularizer, constraint }]
  })
  return {
    specs: Object.fromEntries(specs),
    initializers: config('initializer', initializers, serializeInitializer),
    regularizers: config('regularizer', regularizers, serializeRegularizer),
    constraints: config('constraint', constraints, serializeConstraint),
  }
}
