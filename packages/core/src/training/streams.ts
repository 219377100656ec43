import { show } from '../config/options.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { CarouselError, DataError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import { closing, type RunOptions, type Watched, watch } from './evaluate.ts'
import { type Inputs, prepareInputs } from './inputs.ts'
import { predict } from './predict.ts'
import { refill } from './refill.ts'
import { prepareSamples, type Samples } from './samples.ts'
import type { Session } from './session.ts'
import { type Batch, type BatchSource, isBatchSource, type Source } from './sources.ts'

/** How a source of batches is read. */
export interface StreamOptions {
  /** `model.fit`, `model.evaluate` */
  readonly where: string
  readonly session: Session
  readonly kind: 'training' | 'evaluation'
  /** Batches of an epoch, which then may go on through the source; null: until its end. */
  readonly steps: number | null
  /** Of the names of data in errors. */
  readonly prefix: string
}

/** Batches as they come; the first has been taken by `open`, so that the program is known. */
export class StreamSource implements Source {
  readonly batches: number | null
  readonly samples = null
  readonly batchSize = null
  readonly #options: StreamOptions
  readonly #given: Cursor<Batch>
  #watched: Watched | null = null
  /** What that was made for. */
  #made: Samples | null = null
  /** Batches of the source that were taken, of this epoch. */
  #taken = 0
  /** Of the last one, which may have been cut into parts of sequences of one length: those that were run. */
  #parts = 0

  constructor(given: BatchSource<unknown>, options: StreamOptions) {
    this.batches = options.steps
    this.#options = options
    this.#given = new Cursor(given as BatchSource<Batch>, options.where)
  }

  get watched(): Watched {
    if (this.#watched) return this.#watched
    throw new DataError(
      `${this.#options.where}: the source has no batches left of the epoch that is resumed. Give a function that makes it anew.`,
    )
  }

  async begin(first: number, done: number): Promise<void> {
    this.#watched?.figures.reset()
    this.#taken = first
    const { steps, kind } = this.#options
    const last =
      steps === null || kind === 'evaluation'
        ? await this.#given.restart(first)
        : await this.#given.goOnAt(done + first)
    // of what was passed over, one batch tells what programs run it
    if (last !== null && !this.#watched) await this.#watch(this.#prepare(last, first - 1))
    this.#parts = this.#watched?.batches.count ?? 0
  }

  async take(): Promise<number> {
    const { steps, where, session } = this.#options
    if (this.#watched && this.#parts < this.#watched.batches.count) return this.#takePart(this.#watched)
    const batch = this.#taken
    if (steps !== null && batch >= steps) return 0
    const { done, value } = await this.#given.next()
    if (done) {
      if (steps !== null)
        throw new DataError(
          `${where}: the source of batches ended after ${batch} of the ${steps} batches of an epoch. Let it go on without end, ask for fewer steps, or give a function that makes it and leave the steps out.`,
        )
      if (batch === 0)
        throw new DataError(
          `${where}: the source gave no batches. A generator runs once; for several epochs give a function that makes one, e.g. () => batches().`,
        )
      return 0
    }
    const samples = this.#prepare(value, batch)
    const isRefilled =
      this.#watched && this.#made && refill(this.#watched.batches, session, this.#made, samples)
    if (!isRefilled) await this.#watch(samples)
    this.#taken++
    this.#parts = 0
    return this.#takePart(this.watched)
  }

  #takePart({ batches, order }: Watched): number {
    return batches.take(this.#parts++, order)
  }

  readonly wait = unlessAborted

  close(): Promise<void> {
    return this.#given.close()
  }

  #prepare(batch: unknown, index: number): Samples {
    const { where, session, prefix } = this.#options
    if (!Array.isArray(batch) || batch.length < 2 || batch.length > 3)
      throw new DataError(
        `${where}: batch ${index + 1} of the source must be [x, y] or [x, y, sampleWeight]; got ${show(batch)}`,
      )
    const [x, y, sampleWeight] = batch as unknown as Batch
    const { network, parts } = session
    return prepareSamples(network, parts.objectives, x, y, sampleWeight, `${prefix}batch ${index + 1}: `)
  }

  /** Batches of other sizes need other programs; what was counted so far stays. */
  async #watch(samples: Samples): Promise<void> {
    const { session, kind } = this.#options
    const before = this.#watched
    const watched = await watch(session, kind, session.parts.objectives, samples, samples.count)
    if (before) watched.figures.state = before.figures.state
    this.#watched = watched
    this.#made = samples
  }
}

/** Reads a source from its start, or on from where it is; its errors say where it was. */
export class Cursor<T> {
  readonly #given: BatchSource<T>
  readonly #where: string
  /** Is it a generator that the caller began, and may go on with? */
  readonly #isRunning: boolean
  #iterator: Iterator<T> | AsyncIterator<T> | null = null
  #taken = 0
  /** Does it owe a batch? */
  #isAsked = false

  constructor(given: BatchSource<T>, where: string) {
    this.#given = given
    this.#where = where
    this.#isRunning = typeof given !== 'function' && 'next' in given
  }

  /** Starts anew and passes over the first batches, the last of which it returns; a generator that runs goes on. */
  async restart(skipped: number): Promise<T | null> {
    await this.close()
    this.#taken = 0
    let last: T | null = null
    for (let i = 0; i < (this.#isRunning ? 0 : skipped); i++) {
      const { done, value } = await this.next()
      if (done) break
      last = value
    }
    return last
  }

  /** Goes on so that the next batch is number `at` of the whole source. */
  async goOnAt(at: number): Promise<T | null> {
    return this.#iterator === null ? this.restart(at) : null
  }

  async next(): Promise<IteratorResult<T>> {
    try {
      this.#iterator ??= this.#start()
      this.#isAsked = true
      const result = await this.#iterator.next()
      this.#taken++
      return result
    } catch (error) {
      throw this.#failed(error)
    } finally {
      this.#isAsked = false
    }
  }

  /** Lets a generator that was begun here clean up, if it is not read to its end. */
  async close(): Promise<void> {
    const iterator = this.#iterator
    this.#iterator = null
    if (this.#isRunning) return
    try {
      const closed = iterator?.return?.()
      // one that still owes a batch closes once it has given it, which may be never
      if (!this.#isAsked) await closed
      else if (closed instanceof Promise) closed.catch(() => {})
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): Error {
    if (error instanceof CarouselError) return error
    return new DataError(
      `${this.#where}: the source of batches failed after ${this.#taken} batches: ${error instanceof Error ? error.message : error}`,
      { cause: error },
    )
  }

  #start(): Iterator<T> | AsyncIterator<T> {
    const given = typeof this.#given === 'function' ? this.#given() : this.#given
    if (typeof given === 'object' && (isBatchSource(given) || Array.isArray(given)))
      return Symbol.asyncIterator in given ? given[Symbol.asyncIterator]() : given[Symbol.iterator]()
    throw new DataError(
      `${this.#where}: the function must return an iterable, a generator or a list of batches; got ${show(given)}`,
    )
  }
}

/** Predictions of all batches of inputs, end to end. */
export async function predictStream(
  session: Session,
  given: BatchSource<Inputs>,
  steps: number | null,
  options: RunOptions,
): Promise<Float32Tensor[]> {
  const where = 'model.predict'
  const { signal } = options
  const cursor = new Cursor(given, where)
  const parts: Float32Tensor[][] = []
  await closing(cursor, async () => {
    while (steps === null || parts.length < steps) {
      signal?.throwIfAborted()
      const taken = await unlessAborted(cursor.next(), signal)
      if (taken === null) continue
      if (taken.done && steps !== null)
        throw new DataError(
          `${where}: the source of batches ended after ${parts.length} of the ${steps} steps`,
        )
      if (taken.done) break
      const inputs = prepareInputs(taken.value, session.network, `batch ${parts.length + 1}`)
      parts.push(await predict(session, inputs, inputs[0].shape[0], options, parts.length))
    }
  })
  if (parts.length === 0) throw new DataError(`${where}: the source gave no batches`)
  return parts[0].map((_, output) => concatenate(parts.map((part) => part[output])))
}

/** Predictions of one batch after the other, end to end. */
function concatenate(parts: readonly Float32Tensor[]): Float32Tensor {
  const [{ shape: first }] = parts
  const other = parts.findIndex(({ shape }) => String(shape.slice(1)) !== String(first.slice(1)))
  if (other >= 0)
    throw new DataError(
      `model.predict: predictions of all batches must have the same shape; those of the first have [${first.slice(1)}], of batch ${other + 1} [${parts[other].shape.slice(1)}]. Predict them one by one.`,
    )
  const rows = parts.reduce((sum, { shape }) => sum + shape[0], 0)
  const data = new Float32Array(rows * sizeOf(first.slice(1)))
  let at = 0
  for (const part of parts) {
    data.set(part.data, at)
    at += part.data.length
  }
  return { shape: [rows, ...first.slice(1)], data }
}

/** Null: the signal came first. */
async function unlessAborted<T>(taken: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  if (!signal) return taken
  let stop = () => {}
  const stopped = new Promise<null>((resolve) => {
    stop = () => resolve(null)
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([taken, stopped])
  } finally {
    signal.removeEventListener('abort', stop)
    // what the source still has to say, nobody hears
    taken.catch(() => {})
  }
}
