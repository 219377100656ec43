import type { JsonObject } from '../config/keras.ts'
import type { Labels } from '../losses/labels.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'

/** Metrics by Keras's class. */
export type MetricClasses = ReadonlyMap<string, (options: never) => Metric>

/**
 * A figure reported beside the loss. One of three kinds. `emit`: the mean over rows and steps of what a program computes;
 * `value`: the same mean of what is computed here, in double precision; `accumulator`: any other figure, computed here.
 * Means weigh masked steps with 0, and as `weightedMetrics` every row and step with its sample weight. Accumulators, as
 * in Keras, know nothing of masks.
 */
export interface Metric {
  /** Keras's class: 'Precision'; null for what is given by a name alone: 'accuracy', or a loss. */
  readonly className: string | null
  /** Key in logs and history. */
  readonly name: string
  /** Keras's options, in Keras's spelling. */
  readonly config: JsonObject
  /** Where no loss tells how labels are given: are they integer classes? */
  readonly labels?: 'classes'
  /** Brings what the metric is made of, where a name or a file alone told it. Awaited before anything else is asked of it. */
  load?(): Promise<void>
  /** Appends the figure of every row and step: predictions [B, …, N] → [B, …, 1]. */
  emit?(builder: Builder, predictions: Value, labels: Labels): Value
  /** The figure of one row and step: its N labels and predictions begin at `from`. */
  value?(labels: Float32Array, predictions: Float32Array, from: number, N: number): number
  /** Masked steps count too: Keras forgets the mask of this mean. */
  readonly isMaskless?: boolean
  /** Where anything is weighted or masked: does this row or step count as little as a masked one? */
  skips?(labels: Float32Array, from: number, N: number): boolean
  /** What a mean is reported as, e.g. its root. */
  finish?(mean: number): number
  /** Says what is wrong with predictions of so many axes and columns, if anything. */
  check?(axes: number, N: number): string | null
  /** A new accumulator for predictions of N columns. */
  accumulator?(N: number): Accumulator
}

/** What a metric keeps between batches. All of it is numbers, so that training can be resumed in the middle of an epoch. */
export interface Accumulator {
  /** Plain sums, in double precision; zeroed when an epoch begins. */
  readonly sums: Float64Array
  /**
   * Adds a batch of so many rows and steps: N labels and predictions each.
   *
   * @param weights one a row and step; null: 1 each
   */
  update(labels: Float32Array, predictions: Float32Array, weights: Float32Array | null, entries: number): void
  /** The figure, or a list of them, e.g. one a threshold. */
  result(): number | readonly number[]
}
