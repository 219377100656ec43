import { type Watched, watch } from './evaluate.ts'
import type { Inputs } from './inputs.ts'
import type { SampleWeights, Targets } from './labels.ts'
import type { Samples } from './samples.ts'
import type { Session } from './session.ts'

/** A batch of samples as a source gives it. */
export type Batch = readonly [x: Inputs, y: Targets, sampleWeight?: SampleWeights]

/**
 * Batches one after the other: an iterable or a generator, async or not, or a function that makes one. What can be
 * iterated again is iterated anew every epoch; a generator runs once.
 */
export type BatchSource<T = Batch> = Iterable<T> | AsyncIterable<T> | (() => Iterable<T> | AsyncIterable<T>)

/** Is this a source of batches, rather than samples? */
export function isBatchSource(given: unknown): given is BatchSource<unknown> {
  if (typeof given === 'function') return true
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false
  return Symbol.asyncIterator in given || (Symbol.iterator in given && !ArrayBuffer.isView(given))
}

/** Where a run takes its batches from. */
export interface Source {
  /** Batches of an epoch; null where only the data know. */
  readonly batches: number | null
  /** Samples of an epoch; null where only the data know. */
  readonly samples: number | null
  /** Rows of a batch; null where batches come ready made. */
  readonly batchSize: number | null
  /** What the batch that was taken last is run by. */
  readonly watched: Watched
  /**
   * An epoch begins, at its batch `first`.
   *
   * @param done batches of the epochs before it, where all are of one length
   * @param order of the samples, where the source has them all
   */
  begin(first: number, done: number, order?: Int32Array): void | Promise<void>
  /** Takes up a batch, each after the one before; returns its rows, 0 where the epoch has ended. */
  take(batch: number): number | Promise<number>
  /** Waits for what `take` promised, unless the signal comes first: null. */
  wait(taken: Promise<number>, signal: AbortSignal | undefined): Promise<number | null>
  /** Lets what was begun clean up: no more is taken. */
  close(): Promise<void>
}

/** All samples at hand: a batch is a list of row numbers, and taking one allocates nothing. */
export class ArraySource implements Source {
  readonly samples: number
  readonly batchSize: number
  readonly watched: Watched
  #order: Int32Array | undefined

  static async open(
    session: Session,
    kind: 'training' | 'evaluation',
    samples: Samples,
    batchSize: number,
  ): Promise<ArraySource> {
    const watched = await watch(session, kind, session.parts.objectives, samples, batchSize)
    return new ArraySource(watched, samples.count, batchSize)
  }

  private constructor(watched: Watched, samples: number, batchSize: number) {
    this.watched = watched
    this.#order = watched.order
    this.samples = samples
    this.batchSize = batchSize
  }

  get batches(): number {
    return this.watched.batches.count
  }

  begin(_: number, __: number, order?: Int32Array): void {
    if (order) this.#order = order
    this.watched.figures.reset()
  }

  take(batch: number): number {
    return batch < this.batches ? this.watched.batches.take(batch, this.#order) : 0
  }

  wait(taken: Promise<number>): Promise<number> {
    return taken
  }

  async close(): Promise<void> {}
}
