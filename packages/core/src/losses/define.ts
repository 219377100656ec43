import { camelCase, type Json, snakeCase } from '../config/keras.ts'
import { asListed, type Check, checkOptions, oneOf, orNull, type Spelled, text } from '../config/options.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Labels } from './labels.ts'
import { type Loss, REDUCTIONS, type Reduction } from './loss.ts'

/** What every loss takes. */
export interface LossOptions {
  /** How the losses of rows and steps become one number. Default 'sum_over_batch_size': their mean. null: 'none'. */
  reduction?: Spelled<Reduction> | null
  /** Keras's name of the loss; logs do not show it. */
  name?: string
}

/** Where a loss is emitted. */
export interface LossContext {
  readonly builder: Builder
  /** [B, …, N]; y: the labels as values in this shape. */
  readonly p: Value
  readonly y: Value
  readonly labels: Labels
  readonly mask?: Value
  /** N. */
  readonly columns: number
  /** The last axis, over which losses sum or average. */
  readonly last: readonly number[]
}

type Defaults<O> = { readonly [K in keyof O]-?: Json }

/** One loss as a table: everything but how losses are reduced. */
export interface LossDefinition<O extends object> {
  readonly className: string
  /** The name that Keras gives it; the class's in snake case if absent. */
  readonly keras?: string
  /** Its name here; Keras's in camel case if absent. */
  readonly here?: string
  readonly labels?: 'classes' | 'sequences'
  readonly labelsAreDistributions?: boolean
  readonly labelsAreProbabilities?: boolean
  readonly checks?: { readonly [K in keyof O]-?: Check }
  readonly defaults?: Defaults<O>
  /** Options that Keras takes but forgets to write; written where they are not the default, so that nothing is lost. */
  readonly forgotten?: readonly (keyof O)[]
  /** Checks options together, and changes how the loss is taken. */
  readonly adjust?: (options: Required<O> & { reduction: Reduction }, where: string) => Partial<Loss>
  /** The loss of every row and step, [B, …, 1]. */
  emit(context: LossContext, options: Required<O>): Value
}

/** Makes the function of `losses` that this loss is made by. */
export function defineLoss<O extends object = object>(
  definition: LossDefinition<O>,
): (options?: O & LossOptions) => Loss {
  const { className, keras = snakeCase(className).slice(1), checks, defaults, forgotten = [] } = definition
  const where = `losses.${definition.here ?? camelCase(keras)}`
  const spec = { name: text, reduction: orNull(oneOf(REDUCTIONS)), ...(checks as Record<string, Check>) }
  return (given: O & LossOptions = {} as O) => {
    checkOptions({ where, options: spec }, given)
    const set = Object.entries(given).filter(([, value]) => value !== undefined)
    const listed = set.map(([key, value]) => [key, asListed(spec[key as 'reduction'], value)])
    const { name, reduction, ...own } = {
      name: keras,
      reduction: REDUCTIONS[0],
      ...defaults,
      ...Object.fromEntries(listed),
    } as { name: string; reduction: Reduction | null } & Record<string, Json>
    const options = { ...own, reduction: reduction ?? 'none' } as Required<O> & { reduction: Reduction }
    const written = Object.entries(own).filter(
      ([key, value]) =>
        !forgotten.includes(key as keyof O) || value !== (defaults as Record<string, Json>)[key],
    )
    return {
      className,
      reduction: options.reduction,
      labels: definition.labels ?? 'values',
      labelsAreDistributions: definition.labelsAreDistributions,
      labelsAreProbabilities: definition.labelsAreProbabilities,
      config: {
        name,
        reduction,
        ...Object.fromEntries(written.map(([key, value]) => [snakeCase(key), value])),
      },
      ...definition.adjust?.(options, where),
      emit(builder, predictions, labels, mask) {
        const N = columns(predictions)
        const context = {
          builder,
          p: predictions,
          y: labels.values(builder, N),
          labels,
          mask,
          columns: N,
          last: [predictions.shape.length - 1],
        }
        return definition.emit(context, options)
      },
    }
  }
}

/** The classes' axis: the last one alone. */
export const lastAxis: Check = (value) =>
  value === -1 ? null : '-1: a loss is taken along the last axis of the predictions'

export const isShare: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1'
