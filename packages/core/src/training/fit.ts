import type { Tensor } from '../data/tensor.ts'
import { COMPLETED, type Executable } from '../engines/engine.ts'
import { NonFiniteError } from '../errors.ts'
import { checkLearningRate } from '../optimizers/index.ts'
import { BATCH } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import { Batches, Breather, now } from './batches.ts'
import { BatchWeights } from './batchWeights.ts'
import { type CallbackList, type EpochLogs, History } from './callbacks.ts'
import { evaluate, sizeOfOutput, stepsOf } from './evaluate.ts'
import { type Figures, type FiguresState, RunningFigures } from './figures.ts'
import { extentsFor } from './inputs.ts'
import type { Position } from './position.ts'
import { type Compiled, figuresOf } from './programs.ts'
import { type Session, SHUFFLE_STREAM } from './session.ts'
import type { Turnstile } from './turnstile.ts'
import { firstNonFinite } from './weights.ts'

export interface FitPlan {
  readonly session: Session
  readonly compiled: Compiled
  readonly seed: number
  readonly x: Tensor
  readonly y: Tensor
  readonly validation: { readonly x: Tensor; readonly y: Tensor } | null
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
  const batches = Math.ceil(plan.x.shape[0] / batchSize)
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
}

type EpochFigures = Figures & { loss: number; seconds: number; samplesPerSecond: number }

/** The state of one call of `fit`; everything a step needs is made once, so that a step allocates nothing. */
class TrainingRun {
  /** Of the last epoch that is done. */
  logs: EpochLogs | null = null
  readonly #plan: FitPlan
  readonly #executable: Executable
  readonly #batches: Batches
  readonly #weights: BatchWeights
  readonly #figures: RunningFigures
  readonly #counts: Record<string, number>
  readonly #steps: number
  readonly #feeds
  readonly #breather = new Breather()
  #position: Position
  /** The position at which the machine's copy was taken. */
  #kept: Position
  #step: number

  static async begin(plan: FitPlan): Promise<TrainingRun> {
    const rows = Math.min(plan.batchSize, plan.x.shape[0])
    return new TrainingRun(
      plan,
      await plan.session.executable('training', extentsFor(plan.session.network, plan.x, rows)),
    )
  }

  private constructor(plan: FitPlan, executable: Executable) {
    this.#plan = plan
    this.#executable = executable
    this.#batches = new Batches(plan.x, plan.y, plan.batchSize)
    const rows = this.#batches.rows.length
    this.#steps = stepsOf(plan.session, plan.x)
    this.#weights = new BatchWeights(plan.compiled.loss, rows * this.#steps, null)
    const size = sizeOfOutput(plan.session, this.#weights)
    this.#figures = new RunningFigures(figuresOf(plan.compiled), [this.#weights], [size])
    this.#counts = { ...extentsFor(plan.session.network, plan.x, rows) }
    this.#feeds = {
      x: this.#batches.x,
      y: this.#batches.y ?? this.#batches.x,
      lossWeight: { data: this.#weights.lossWeight },
      hyper: { data: new Float32Array(plan.compiled.optimizer.hyperSize) },
      generator: { data: Int32Array.of(plan.seed, plan.seed / 2 ** 32, 0, 0) },
    }
    this.#position = plan.start
    this.#kept = plan.start
    this.#step = plan.start.step
    if (plan.start.figures) this.#figures.state = plan.start.figures
  }

  /** Trains the rest of an epoch; null when it was stopped before its end. */
  async epoch(epoch: number): Promise<EpochFigures | null> {
    const { seed, x, shuffle } = this.#plan
    // an order for every epoch that is begun, in this call of fit or another: updates so far tell them apart
    const begun = this.#step - this.#position.batch
    const order = shuffle ? new Generator(seed, SHUFFLE_STREAM + begun).permutation(x.shape[0]) : undefined
    await this.#plan.turnstile.close()
    await this.#plan.session.machine.snapshot()
    this.#kept = this.#position
    const first = this.#position.batch
    let samples = 0
    const started = now()
    for (let batch = first; batch < this.#batches.count; batch++) {
      const size = this.#batches.take(batch, order)
      const pending = this.#run(epoch, batch, size)
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

  /** One step; a promise only if the engine works elsewhere, or something went wrong. */
  #run(epoch: number, batch: number, size: number): Promise<void> | null {
    const { optimizer } = this.#plan.compiled
    this.#counts[BATCH] = size
    this.#step++
    this.#feeds.generator.data[2] = this.#step
    this.#feeds.generator.data[3] = this.#step / 2 ** 32
    this.#weights.take(this.#batches.rows, size, this.#steps)
    let outcome: number | Promise<number>
    try {
      checkLearningRate(optimizer)
      optimizer.writeHyper(this.#step, this.#feeds.hyper.data)
      outcome = this.#executable.run(this.#counts, this.#feeds, this.#figures.fetches)
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
    const tensor = await this.#executable.firstNonFinite(this.#counts, this.#feeds)
    await this.#fail(epoch, batch, tensor ?? 'loss')
  }

  /** The last update may have left the finite numbers though its loss had not: such weights must not become the copy. */
  async #requireFinite(epoch: number, batch: number): Promise<void> {
    const tensor = await firstNonFinite(this.#plan.session, this.#plan.compiled.optimizer.slots)
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
      samples: this.#plan.x.shape[0],
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
      const samples = this.#plan.x.shape[0]
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
  { session, compiled, validation, batchSize, callbacks, signal }: FitPlan,
  figures: EpochFigures,
): Promise<EpochFigures> {
  if (!validation || signal?.aborted) return figures
  const { x, y } = validation
  await callbacks.call('onTestBegin')
  const found = await evaluate(session, compiled, x, y, { batchSize, signal }).catch((error) => {
    // stopped while validating: the epoch is done all the same
    if (signal?.aborted) return null
    throw error
  })
  if (!found) return figures
  await callbacks.call('onTestEnd', found)
  const named = Object.entries(found).map(([name, figure]) => [
    `val${name[0].toUpperCase()}${name.slice(1)}`,
    figure,
  ])
  return { ...figures, ...Object.fromEntries(named) }
}
