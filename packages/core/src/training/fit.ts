import { COMPLETED, type Executable, type Feed } from '../engines/engine.ts'
import { NonFiniteError } from '../errors.ts'
import { Generator } from '../random/generator.ts'
import { Breather, now } from './batches.ts'
import { type CallbackList, type EpochLogs, History } from './callbacks.ts'
import { closing, evaluate, type Watched } from './evaluate.ts'
import type { Figures, FiguresState, RunningFigures } from './figures.ts'
import type { Position } from './position.ts'
import { type Session, SHUFFLE_STREAM } from './session.ts'
import type { Source } from './sources.ts'
import type { Turnstile } from './turnstile.ts'
import { StepNumbers } from './update.ts'
import { firstNonFinite, takeAverages } from './weights.ts'

export interface FitPlan {
  readonly session: Session
  readonly seed: number
  readonly source: Source
  readonly validation: { readonly source: Source; isDue(epoch: number): boolean } | null
  readonly epochs: number
  readonly shuffle: boolean
  /** Of an epoch, where its sequences are to be sorted by length; null: drawn and no more. */
  readonly bucket: ((order: Int32Array, generator: Generator) => Int32Array) | null
  readonly callbacks: CallbackList
  /** Is this the rest of a training that was stopped? */
  readonly resumed: boolean
  readonly signal: AbortSignal | undefined
  /** Asked after every batch: stop here? */
  readonly stopAsked: () => boolean
  readonly start: Position
  /** Open between two steps. */
  readonly turnstile: Turnstile
  /** Told, before any other code can run, where weights and slots stand now. */
  readonly moved: (position: Position) => void
}

/** Trains until the last epoch is done or a stop is asked for. */
export async function fit(plan: FitPlan): Promise<History> {
  const run = new TrainingRun(plan)
  const given = plan.callbacks.callbacks.find((callback) => callback instanceof History)
  const history = given ?? new History()
  plan.moved(plan.start)
  try {
    await closing(plan.source, () => trainEpochs(plan, run, history))
  } catch (error) {
    if (!(error instanceof NonFiniteError) || !(await plan.callbacks.call('onNonFinite', error))) throw error
    history.interrupted = true
    history.notes.push(error.message)
  } finally {
    plan.turnstile.open()
  }
  await plan.callbacks.call('onTrainEnd', run.logs)
  return history
}

async function trainEpochs(plan: FitPlan, run: TrainingRun, history: History): Promise<void> {
  const { callbacks, epochs, resumed, source } = plan
  const { batches, batchSize } = source
  const validates = plan.validation !== null
  await callbacks.call('onTrainBegin', { epochs, batches, batchSize, validates, resumed })
  for (let { epoch } = plan.start; epoch < epochs; epoch++) {
    if (isStopping(plan)) {
      history.interrupted = true
      break
    }
    await callbacks.call('onEpochBegin', epoch)
    const trained = await run.epoch(epoch)
    const logs = trained && (await withValidation(plan, trained, epoch))
    if (!logs) {
      history.interrupted = true
      break
    }
    run.finish(epoch, logs)
    await callbacks.call('onEpochEnd', epoch, logs)
    if (!callbacks.callbacks.includes(history)) history.onEpochEnd(epoch, logs)
  }
  // whoever broke off may go on with the weights as they were
  if (run.isWithinEpoch || plan.signal?.aborted || !plan.session.parts.optimizer.common.useEma) return
  await plan.turnstile.close()
  await takeAverages(plan.session)
}

type EpochFigures = Figures & { loss: number; seconds: number; samplesPerSecond: number }

/** The state of one call of `fit`; everything a step needs is made once, so that a step allocates nothing. */
class TrainingRun {
  /** Of the last epoch that is done. */
  logs: EpochLogs | null = null
  readonly #plan: FitPlan
  readonly #numbers: StepNumbers
  readonly #breather = new Breather()
  readonly #stepFeeds
  /** What batches are run by now, and all that it is fed. */
  #watched: Watched | null = null
  #feeds: Readonly<Record<string, Feed>> = {}
  #position: Position
  /** The position at which the machine's copy was taken. */
  #kept: Position
  #step: number
  /** Updates before the epoch under way. */
  #begun: number

  constructor(plan: FitPlan) {
    const { session, seed, start } = plan
    this.#plan = plan
    this.#numbers = new StepNumbers(session.parts.optimizer)
    this.#stepFeeds = {
      generator: { data: Int32Array.of(seed, seed / 2 ** 32, 0, 0) },
      ...this.#numbers.feeds,
    }
    this.#position = start
    this.#kept = start
    this.#step = start.step
    this.#begun = start.begun
  }

  get isWithinEpoch(): boolean {
    return this.#position.batch > 0
  }

  /**
   * Trains the rest of an epoch; null when it was stopped before its end. The model then stands behind the epoch's last
   * batch, so that whoever stops it while it is validated validates it on a resume.
   */
  async epoch(epoch: number): Promise<EpochFigures | null> {
    const { source, turnstile, session } = this.#plan
    const { batch: first } = this.#position
    await source.begin(first, epoch * (source.batches ?? 0), this.#order())
    await turnstile.close()
    await session.snapshot()
    this.#kept = this.#position
    let samples = 0
    const started = now()
    let batch = first
    // a source of batches has no figures before its first batch
    let { figures } = this.#position
    if (source.samples !== null) figures = this.#goOnFrom(figures)
    for (; source.batches === null || batch < source.batches; batch++) {
      const taken = source.take(batch)
      const size = typeof taken === 'number' ? taken : await this.#wait(taken, epoch, batch, first)
      if (size === null) {
        if (batch > first) await this.#requireFinite(epoch, batch - 1)
        turnstile.open()
        return null
      }
      if (size === 0) break
      if (source.watched !== this.#watched) this.#feedTo(source.watched)
      if (figures) figures = this.#goOnFrom(figures)
      if (this.#plan.callbacks.has('onTrainBatchBegin')) {
        if (batch > first) this.#moveTo(epoch, batch, this.#figures.state)
        await this.#pause(() => this.#plan.callbacks.call('onTrainBatchBegin', batch))
      }
      const pending = this.#run(epoch, batch)
      if (pending) await pending
      samples += size
      if (this.#isPauseDue()) {
        this.#moveTo(epoch, batch + 1, this.#figures.state)
        await this.#pause(() => this.#afterBatch(epoch, batch, size))
      }
      if (isStopping(this.#plan) && batch + 1 !== source.batches) {
        await this.#requireFinite(epoch, batch)
        this.#moveTo(epoch, batch + 1, this.#figures.state)
        turnstile.open()
        return null
      }
    }
    if (figures) this.#goOnFrom(figures)
    await this.#requireFinite(epoch, batch - 1)
    const seconds = (now() - started) / 1000
    const means = this.#figures.means()
    this.#moveTo(epoch, batch, this.#figures.state)
    turnstile.open()
    return { ...means, loss: means.loss, seconds, samplesPerSecond: samples / seconds }
  }

  /** The epoch is trained and validated. */
  finish(epoch: number, logs: EpochLogs): void {
    this.logs = logs
    this.#begun = this.#step
    this.#moveTo(epoch + 1, 0, null)
  }

  #goOnFrom(figures: FiguresState | null): null {
    if (figures) this.#figures.state = figures
    return null
  }

  /** The order of the samples, where the source has them all. */
  #order(): Int32Array | undefined {
    const { seed, source, shuffle, bucket } = this.#plan
    if (source.samples === null || !(shuffle || bucket)) return undefined
    // an order for every epoch that is begun, in this call of fit or another: updates so far tell them apart
    const generator = new Generator(seed, SHUFFLE_STREAM + this.#begun)
    const order = shuffle
      ? generator.permutation(source.samples)
      : Int32Array.from({ length: source.samples }, (_, index) => index)
    return bucket ? bucket(order, generator) : order
  }

  /** Waits for a source that takes its time; meanwhile others may look at the model, and a signal may stop it: null. */
  async #wait(taken: Promise<number>, epoch: number, batch: number, first: number): Promise<number | null> {
    const { turnstile, signal, source } = this.#plan
    if (batch > first) this.#moveTo(epoch, batch, this.#figures.state)
    turnstile.open()
    const size = await source.wait(taken, signal)
    await turnstile.close()
    return size
  }

  /** Other batches than before: another program, fed by others. */
  #feedTo(watched: Watched): void {
    this.#watched = watched
    this.#feeds = { ...watched.batches.feeds, ...this.#stepFeeds }
  }

  get #figures(): RunningFigures {
    return this.#plan.source.watched.figures
  }

  get #executable(): Executable {
    const { executable, waiting } = this.#plan.source.watched
    return this.#numbers.waits(this.#step) ? waiting : executable
  }

  /** One step; a promise only if the engine works elsewhere, or something went wrong. */
  #run(epoch: number, batch: number): Promise<void> | null {
    this.#step++
    this.#stepFeeds.generator.data[2] = this.#step
    this.#stepFeeds.generator.data[3] = this.#step / 2 ** 32
    let outcome: number | Promise<number>
    try {
      this.#numbers.write(this.#step)
      const { batches, figures } = this.#plan.source.watched
      outcome = this.#executable.run(batches.counts, this.#feeds, figures.fetches)
    } catch (error) {
      return this.#goBack().then(() => Promise.reject(error))
    }
    if (outcome === COMPLETED) {
      this.#figures.add()
      return null
    }
    return this.#settle(outcome, epoch, batch)
  }

  async #settle(outcome: number | Promise<number>, epoch: number, batch: number): Promise<void> {
    let index: number
    try {
      index = await outcome
    } catch (error) {
      await this.#goBack()
      throw error
    }
    if (index === COMPLETED) {
      this.#figures.add()
      return
    }
    const { batches } = this.#plan.source.watched
    const tensor = await this.#executable.firstNonFinite(batches.counts, this.#feeds)
    await this.#fail(epoch, batch, tensor ?? 'loss')
  }

  /** The last update may have left the finite numbers though its loss had not: such weights must not become the copy. */
  async #requireFinite(epoch: number, batch: number): Promise<void> {
    const { session } = this.#plan
    const tensor = await firstNonFinite(session, session.parts.optimizer.method.slots)
    if (tensor !== null) await this.#fail(epoch, batch, tensor)
  }

  async #fail(epoch: number, batch: number, tensor: string): Promise<never> {
    await this.#goBack()
    const { epoch: done, batch: batches } = this.#kept
    const place = batches === 0 ? `the start of epoch ${done + 1}` : `batch ${batches} of epoch ${done + 1}`
    throw new NonFiniteError(epoch, batch, tensor, `The model is back at ${place}.`)
  }

  /** Weights, slots and counters as they were when the epoch (or this call) began. */
  async #goBack(): Promise<void> {
    await this.#plan.session.restore()
    this.#position = this.#kept
    this.#plan.moved(this.#kept)
  }

  #moveTo(epoch: number, batch: number, figures: FiguresState | null): void {
    const { shuffle, source } = this.#plan
    this.#position = {
      epoch,
      batch,
      step: this.#step,
      begun: this.#begun,
      batchSize: source.batchSize ?? 0,
      shuffle,
      samples: source.samples ?? 0,
      figures,
    }
    this.#plan.moved(this.#position)
  }

  #isPauseDue(): boolean {
    return this.#plan.callbacks.has('onTrainBatchEnd') || this.#breather.due || this.#plan.turnstile.isWanted
  }

  /** Between two steps: whoever wants to look at the model, callbacks, and the event loop. */
  async #pause(task: () => Promise<unknown>): Promise<void> {
    const { turnstile } = this.#plan
    turnstile.open()
    await task()
    if (this.#breather.due) await this.#breather.breathe()
    await turnstile.close()
  }

  async #afterBatch(epoch: number, batch: number, size: number): Promise<void> {
    const { callbacks, source } = this.#plan
    if (!callbacks.has('onTrainBatchEnd')) return
    const means = this.#figures.means()
    const { batches, samples } = source
    const sizes = { size, batches: batches ?? Number.NaN, samples: samples ?? Number.NaN }
    try {
      await callbacks.call('onTrainBatchEnd', batch, { ...means, loss: means.loss, ...sizes })
    } catch (error) {
      // found by who wanted to save
      if (error instanceof NonFiniteError) await this.#fail(epoch, batch, error.tensor)
      throw error
    }
  }
}

function isStopping({ signal, stopAsked }: FitPlan): boolean {
  return signal?.aborted === true || stopAsked()
}

/** The figures with those of the validation that is due; null where a stop came before its end. */
async function withValidation(
  { validation, callbacks, signal }: FitPlan,
  figures: EpochFigures,
  epoch: number,
): Promise<EpochFigures | null> {
  if (!validation?.isDue(epoch)) return figures
  if (signal?.aborted) return null
  const found = await evaluate(validation.source, { callbacks, signal }).catch((error) => {
    if (signal?.aborted) return null
    throw error
  })
  if (!found) return null
  const named = Object.entries(found).map(([name, figure]) => [
    `val${name[0].toUpperCase()}${name.slice(1)}`,
    figure,
  ])
  return { ...figures, ...Object.fromEntries(named) }
}
