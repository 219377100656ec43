import type { JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Callback, CallbackModel, EpochLogs, TrainingInfo } from '../training/callbacks.ts'
import { learningRateOf, setLearningRate } from './learningRate.ts'
import { readState } from './state.ts'

/** The learning rate of an epoch, counted from 0, given the one before it. */
export type RateSchedule = (epoch: number, learningRate: number) => number | Promise<number>

const WHERE = 'callbacks.learningRateScheduler'

/**
 * Sets the learning rate at the beginning of every epoch. Keras: `LearningRateScheduler`. Adds `learningRate` to the
 * figures. An epoch that is resumed keeps the rate that it began with.
 */
export function learningRateScheduler(schedule: RateSchedule): LearningRateScheduler {
  if (typeof schedule !== 'function')
    throw new OptionError(`${WHERE}: expected a function of epoch and learning rate; got ${show(schedule)}`)
  return new LearningRateScheduler(schedule)
}

class LearningRateScheduler implements Callback {
  readonly className = 'LearningRateScheduler'
  readonly #schedule: RateSchedule
  /** The epoch whose rate was set last. */
  #epoch: number | null = null

  constructor(schedule: RateSchedule) {
    this.#schedule = schedule
  }

  onTrainBegin({ resumed }: TrainingInfo): void {
    if (!resumed) this.#epoch = null
  }

  async onEpochBegin(epoch: number, model: CallbackModel): Promise<void> {
    if (epoch === this.#epoch) return
    setLearningRate(WHERE, model, await this.#schedule(epoch, learningRateOf(WHERE, model)))
    this.#epoch = epoch
  }

  onEpochEnd(_: number, logs: EpochLogs, model: CallbackModel): void {
    logs.learningRate = learningRateOf(WHERE, model)
  }

  get state(): JsonObject {
    return { epoch: this.#epoch }
  }

  set state(json: JsonObject) {
    this.#epoch = readState(this.className, json, ['epoch']).epoch
  }
}
