import { COMPLETED, type Executable } from '../engines/engine.ts'
import { NonFiniteError } from '../errors.ts'
import { Generator } from '../random/generator.ts'
import { type Batches, Breather, now } from './batches.ts'
import { type CallbackList, type EpochLogs, History } from './callbacks.ts'
import { evaluate, watch } from './evaluate.ts'
import type { Figures, FiguresState, RunningFigures } from './figures.ts'
import type { Position } from './position.ts'
import type { TrainingParts } from './programs.ts'
import type { Samples } from './samples.ts'
import { type Session, SHUFFLE_STREAM } from './session.ts'
import type { Turnstile } from './turnstile.ts'
import { StepNumbers } from './update.ts'
import { firstNonFinite, takeAverages } from './weights.ts'

export interface FitPlan {
  readonly session: Session
  readonly parts: TrainingParts
  readonly seed: number
  readonly samples: Samples
  readonly validation: Samples | null
  readonly epochs: number
  readonly batchSize: number
  readonly shuffle: boolean
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
  const run = await TrainingRun.begin(plan)
  const given = plan.callbacks.callbacks.find((callback) => callback instanceof History)
  const history = given ?? new History()
  plan.moved(plan.start)
  try {
    await trainEpochs(plan, run, history)
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
  const { callbacks, epochs, batchSize, resumed } = plan
  const batches = Math.ceil(plan.samples.count / batchSize)
  const validates = plan.validation !== null
  await callbacks.call('onTrainBegin', { epochs, batches, batchSize, validates, resumed })
  for (let { epoch } = plan.start; epoch < epochs; epoch++) {
    if (isStopping(plan)) {
      history.interrupted = true
      break
    }
    await callbacks.call('onEpochBegin', epoch)
    const done = await run.epoch(epoch)
    if (!done) {
      history.interrupted = true
      break
    }
    run.logs = await withValidation(plan, done)
    await callbacks.call('onEpochEnd', epoch, run.logs)
    if (!callbacks.callbacks.includes(history)) history.onEpochEnd(epoch, run.logs)
  }
  // whoever broke off may go on with the weights as they were
  if (run.isWithinEpoch || plan.signal?.aborted || !plan.parts.optimizer.common.useEma) return
  await plan.turnstile.close()
  await takeAverages(plan.session)
}

type EpochFigures = Figures & { loss: number; seconds: number; samplesPerSecond: number }

/** The state of one call of `fit`; everything a step needs is made once, so that a step allocates nothing. */
class TrainingRun {
  /** Of the last epoch that is done. */
  logs: EpochLogs | null = null
  readonly #plan: FitPlan
  readonly #updating: Executable
  /** For batches whose gradients are added up and no more. */
  readonly #waiting: Executable
  readonly #numbers: StepNumbers
  readonly #batches: Batches
  readonly #figures: RunningFigures
  readonly #feeds
  readonly #breather = new Breather()
  #position: Position
  /** The position at which the machine's copy was taken. */
  #kept: Position
  #step: number

  static async begin(plan: FitPlan): Promise<TrainingRun> {
    const { session, parts, samples, batchSize } = plan
    const watched = await watch(session, 'training', parts.objectives, samples, batchSize)
    const { gradientAccumulationSteps: steps } = parts.optimizer.common
    const waiting = steps && (await session.executable('training', watched.batches.counts, { waits: true }))
    return new TrainingRun(plan, watched, waiting ? waiting.executable : watched.executable)
  }

  private constructor(
    plan: FitPlan,
    { batches, executable, figures }: Awaited<ReturnType<typeof watch>>,
    waiting: Executable,
  ) {
    const { parts, seed, start } = plan
    this.#plan = plan
    this.#updating = executable
    this.#waiting = waiting
    this.#numbers = new StepNumbers(parts.optimizer)
    this.#batches = batches
    this.#figures = figures
    this.#feeds = {
      ...batches.feeds,
      generator: { data: Int32Array.of(seed, seed / 2 ** 32, 0, 0) },
      ...this.#numbers.feeds,
    }
    this.#position = start
    this.#kept = start
    this.#step = start.step
    if (start.figures) this.#figures.state = start.figures
  }

  get isWithinEpoch(): boolean {
    return this.#position.batch > 0
  }

  /** Trains the rest of an epoch; null when it was stopped before its end. */
  async epoch(epoch: number): Promise<EpochFigures | null> {
    const { seed, samples: all, shuffle } = this.#plan
    // an order for every epoch that is begun, in this call of fit or another: updates so far tell them apart
    const begun = this.#step - this.#position.batch
    const order = shuffle ? new Generator(seed, SHUFFLE_STREAM + begun).permutation(all.count) : undefined
    await this.#plan.turnstile.close()
    await this.#plan.session.machine.snapshot()
    this.#kept = this.#position
    const first = this.#position.batch
    let samples = 0
    const started = now()
    for (let batch = first; batch < this.#batches.count; batch++) {
      const size = this.#batches.take(batch, order)
      const pending = this.#run(epoch, batch)
      if (pending) await pending
      samples += size
      if (this.#isPauseDue()) {
        this.#moveTo(epoch, batch + 1, this.#figures.state)
        await this.#pause(batch, size)
      }
      if (isStopping(this.#plan) && batch + 1 < this.#batches.count) {
        await this.#requireFinite(epoch, batch)
        this.#moveTo(epoch, batch + 1, this.#figures.state)
        this.#plan.turnstile.open()
        return null
      }
    }
    await this.#requireFinite(epoch, this.#batches.count - 1)
    const seconds = (now() - started) / 1000
    const means = this.#figures.means()
    this.#figures.reset()
    this.#moveTo(epoch + 1, 0, null)
    this.#plan.turnstile.open()
    return { ...means, loss: means.loss, seconds, samplesPerSecond: samples / seconds }
  }

  get #executable(): Executable {
    return this.#numbers.waits(this.#step) ? this.#waiting : this.#updating
  }

  /** One step; a promise only if the engine works elsewhere, or something went wrong. */
  #run(epoch: number, batch: number): Promise<void> | null {
    this.#step++
    this.#feeds.generator.data[2] = this.#step
    this.#feeds.generator.data[3] = this.#step / 2 ** 32
    let outcome: number | Promise<number>
    try {
      this.#numbers.write(this.#step)
      outcome = this.#executable.run(this.#batches.counts, this.#feeds, this.#figures.fetches)
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
    const tensor = await this.#executable.firstNonFinite(this.#batches.counts, this.#feeds)
    await this.#fail(epoch, batch, tensor ?? 'loss')
  }

  /** The last update may have left the finite numbers though its loss had not: such weights must not become the copy. */
  async #requireFinite(epoch: number, batch: number): Promise<void> {
    const tensor = await firstNonFinite(this.#plan.session, this.#plan.parts.optimizer.method.slots)
    if (tensor !== null) await this.#fail(epoch, batch, tensor)
  }

  async #fail(epoch: number, batch: number, tensor: string): Promise<never> {
    await this.#goBack()
    const { epoch: done, batch: batches } = this.#kept
    const place = batches === 0 ? `the start of epoch ${done + 1}` : `batch ${batches} of epoch ${done + 1}`
    throw new NonFiniteError(epoch, batch, tensor, place)
  }

  /** Weights, slots and counters as they were when the epoch (or this call) began. */
  async #goBack(): Promise<void> {
    await this.#plan.session.machine.restore()
    this.#position = this.#kept
    this.#plan.moved(this.#kept)
  }

  #moveTo(epoch: number, batch: number, figures: FiguresState | null): void {
    const { batchSize, shuffle } = this.#plan
    this.#position = {
      epoch,
      batch,
      step: this.#step,
      batchSize,
      shuffle,
      samples: this.#plan.samples.count,
      figures,
    }
    this.#plan.moved(this.#position)
  }

  #isPauseDue(): boolean {
    return this.#plan.callbacks.has('onTrainBatchEnd') || this.#breather.due || this.#plan.turnstile.isWanted
  }

  /** Between two steps: callbacks, whoever wants to look at the model, and the event loop. */
  async #pause(batch: number, size: number): Promise<void> {
    const { callbacks, turnstile } = this.#plan
    turnstile.open()
    if (callbacks.has('onTrainBatchEnd')) {
      const means = this.#figures.means()
      const samples = this.#plan.samples.count
      const logs = { ...means, loss: means.loss, size, batches: this.#batches.count, samples }
      await callbacks.call('onTrainBatchEnd', batch, logs)
    }
    if (this.#breather.due) await this.#breather.breathe()
    await turnstile.close()
  }
}

function isStopping({ signal, stopAsked }: FitPlan): boolean {
  return signal?.aborted === true || stopAsked()
}

async function withValidation(
  { session, parts, validation, batchSize, callbacks, signal }: FitPlan,
  figures: EpochFigures,
): Promise<EpochFigures> {
  if (!validation || signal?.aborted) return figures
  await callbacks.call('onTestBegin')
  const found = await evaluate(session, parts.objectives, validation, { batchSize, signal }).catch(
    (error) => {
      // stopped while validating: the epoch is done all the same
      if (signal?.aborted) return null
      throw error
    },
  )
  if (!found) return figures
  await callbacks.call('onTestEnd', found)
  const named = Object.entries(found).map(([name, figure]) => [
    `val${name[0].toUpperCase()}${name.slice(1)}`,
    figure,
  ])
  return { ...figures, ...Object.fromEntries(named) }
}
