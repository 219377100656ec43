import type { JsonObject } from '../config/keras.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Labels } from './labels.ts'

/** How the losses of a batch's rows and steps become one number, as Keras names it. 'none' trains like 'sum'. */
export const REDUCTIONS = ['sum_over_batch_size', 'mean', 'mean_with_sample_weight', 'sum', 'none'] as const
export type Reduction = (typeof REDUCTIONS)[number]

/** Losses by Keras's class. */
export type LossClasses = ReadonlyMap<string, (options: never) => Loss>

/** What training makes small. */
export interface Loss {
  /** Keras's class: 'CategoricalCrossentropy'. */
  readonly className: string
  /** Keras's options, in Keras's spelling. */
  readonly config: JsonObject
  /** The name that it was asked for by, where it was not made by its function. */
  readonly given?: string
  /**
   * How the losses of rows and steps become one number: applied outside of `emit`, by weights. Masked steps, sample and
   * class weights count as in Keras's `reduce_weighted_values`.
   */
  readonly reduction: Reduction
  /**
   * classes: integer labels, one a prediction. values: numbers in the predictions' shape. sequences: integer labels [B, L]
   * from 1 on, ended by zeros; then a sample has one loss, [B, 1], however many steps its predictions have.
   */
  readonly labels: 'classes' | 'values' | 'sequences'
  /** Do labels have to be probabilities, each row adding up to one? */
  readonly labelsAreDistributions?: boolean
  /** Does each label have to be a probability by itself? */
  readonly labelsAreProbabilities?: boolean
  /** So many predictions speak of each label. Default 1. */
  readonly copies?: number
  /** Where several do: labels [B, …, N], so often repeated along the last axis. */
  repeat?(labels: ArrayLike<number>, N: number): Float32Array
  /** Where a label is this class, the row or step does not count. */
  readonly ignoreClass?: number
  /** Brings what the loss is made of, where a name or a file alone told it. Awaited before anything else is asked of it. */
  load?(): Promise<void>
  /**
   * Appends the loss of every row and step: predictions [B, …, N] → [B, …, 1].
   *
   * @param mask of the predictions' steps
   */
  emit(builder: Builder, predictions: Value, labels: Labels, mask?: Value): Value
}
