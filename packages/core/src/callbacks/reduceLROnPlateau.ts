import type { JsonObject } from '../config/keras.ts'
import { type Check, checkOptions, finite, notNegative, oneOf, text } from '../config/options.ts'
import type { Callback, CallbackModel, EpochLogs, TrainingInfo } from '../training/callbacks.ts'
import { learningRateOf, setLearningRate } from './learningRate.ts'
import { Monitor, type MonitorOptions, wholeNumber } from './monitor.ts'
import { readState } from './state.ts'

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** The new learning rate is the old one times this. Default 0.1. */
  factor?: number
  /** Epochs without improvement after which the rate is reduced. Default 10. */
  patience?: number
  /** A change of no more than this is no improvement. Default 1e-4. */
  minDelta?: number
  /** Epochs after a reduction in which nothing is counted. Default 0. */
  cooldown?: number
  /** The rate goes no lower. Default 0. */
  minLr?: number
}

const WHERE = 'callbacks.reduceLROnPlateau'

const isFactor: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? null : 'a number from 0 up to, but not including, 1'

/**
 * Reduces the learning rate when a figure no longer improves. Keras: `ReduceLROnPlateau`. Adds `learningRate` to the
 * figures. After a resume it goes on counting where it was; Keras's starts anew.
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): ReduceLROnPlateau {
  const checks = {
    monitor: text,
    mode: oneOf(['auto', 'min', 'max']),
    factor: isFactor,
    patience: wholeNumber,
    minDelta: finite,
    cooldown: wholeNumber,
    minLr: notNegative,
  }
  checkOptions({ where: WHERE, options: checks, notYet: { verbose: 0 } }, options)
  return new ReduceLROnPlateau(options)
}

class ReduceLROnPlateau implements Callback {
  readonly className = 'ReduceLROnPlateau'
  readonly #options: ReduceLROnPlateauOptions
  readonly #monitor: Monitor
  #cooling = 0
  #wait = 0
  #validates = false

  constructor(options: ReduceLROnPlateauOptions) {
    this.#options = options
    this.#monitor = new Monitor(WHERE, options, options.minDelta ?? 1e-4)
  }

  onTrainBegin({ validates, resumed }: TrainingInfo): void {
    this.#validates = validates
    if (resumed) return
    this.#monitor.best = null
    this.#cooling = 0
    this.#wait = 0
  }

  onEpochEnd(_: number, logs: EpochLogs, model: CallbackModel): void {
    const { patience = 10, cooldown = 0 } = this.#options
    logs.learningRate = learningRateOf(WHERE, model)
    const current = this.#monitor.current(logs, this.#validates)
    if (current === null) return
    if (this.#cooling > 0) {
      this.#cooling--
      this.#wait = 0
    }
    if (this.#monitor.improves(current)) {
      this.#monitor.best = current
      this.#wait = 0
    } else if (this.#cooling === 0) {
      this.#wait++
      if (this.#wait >= patience && this.#reduce(model)) {
        this.#cooling = cooldown
        this.#wait = 0
      }
    }
  }

  #reduce(model: CallbackModel): boolean {
    const { factor = 0.1, minLr = 0 } = this.#options
    const rate = learningRateOf(WHERE, model)
    if (Math.fround(rate) <= Math.fround(minLr)) return false
    setLearningRate(WHERE, model, Math.max(rate * factor, minLr))
    return true
  }

  get state(): JsonObject {
    return { best: this.#monitor.best, cooling: this.#cooling, wait: this.#wait }
  }

  set state(json: JsonObject) {
    const { best, cooling, wait } = readState(this.className, json, ['best', 'cooling', 'wait'])
    this.#monitor.best = best
    this.#cooling = cooling ?? 0
    this.#wait = wait ?? 0
  }
}
