import type { JsonObject } from '../config/keras.ts'
import { boolean, checkOptions, finite, oneOf, orNull, text } from '../config/options.ts'
import type { Tensor } from '../data/tensor.ts'
import {
  type Callback,
  type CallbackModel,
  type EpochLogs,
  isDone,
  type TrainingInfo,
} from '../training/callbacks.ts'
import { Monitor, type MonitorOptions, wholeNumber } from './monitor.ts'
import { readState } from './state.ts'

export interface EarlyStoppingOptions extends MonitorOptions {
  /** A change of no more than this is no improvement. Default 0. */
  minDelta?: number
  /** Epochs without improvement after which training stops. Default 0. */
  patience?: number
  /** An improvement counts only where it is better than this, too. Default null. */
  baseline?: number | null
  /** At the end take up the weights of the best epoch again. Default false. */
  restoreBestWeights?: boolean
  /** Epochs at the start that are not watched. Default 0. */
  startFromEpoch?: number
}

const WHERE = 'callbacks.earlyStopping'

/**
 * Stops training when a figure no longer improves (Prechelt 1998). Keras: `EarlyStopping`. After a resume it goes on
 * waiting where it was; Keras's starts anew.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): EarlyStopping {
  const checks = {
    monitor: text,
    mode: oneOf(['auto', 'min', 'max']),
    minDelta: finite,
    patience: wholeNumber,
    baseline: orNull(finite),
    restoreBestWeights: boolean,
    startFromEpoch: wholeNumber,
  }
  checkOptions({ where: WHERE, options: checks, notYet: { verbose: 0 } }, options)
  return new EarlyStopping(options)
}

class EarlyStopping implements Callback {
  readonly className = 'EarlyStopping'
  /** Epochs since the last improvement. */
  wait = 0
  /** The epoch after which training was stopped; 0 if it was not. */
  stoppedEpoch = 0
  bestEpoch = 0
  readonly #options: EarlyStoppingOptions
  readonly #monitor: Monitor
  /** Those of the best epoch, with restoreBestWeights. */
  weights: readonly Tensor[] | null = null
  #training: TrainingInfo | null = null

  constructor(options: EarlyStoppingOptions) {
    this.#options = options
    this.#monitor = new Monitor(WHERE, options, options.minDelta)
  }

  /** The best value so far. */
  get best(): number | null {
    return this.#monitor.best
  }

  onTrainBegin(training: TrainingInfo): void {
    this.#training = training
    this.stoppedEpoch = 0
    if (training.resumed) return
    this.wait = 0
    this.bestEpoch = 0
    this.#monitor.best = null
    this.weights = null
  }

  async onEpochEnd(epoch: number, logs: EpochLogs, model: CallbackModel): Promise<void> {
    const { restoreBestWeights, baseline = null, patience = 0, startFromEpoch = 0 } = this.#options
    const current = this.#monitor.current(logs, this.#training?.validates ?? false)
    if (current === null || epoch < startFromEpoch) return
    this.wait++
    const isBetter = this.#monitor.improves(current)
    if (isBetter) {
      this.#monitor.best = current
      if (baseline === null || this.#monitor.improves(current, baseline)) this.wait = 0
    } else if (this.wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch
      model.stopTraining = true
    }
    if (isBetter || (restoreBestWeights && !this.weights)) {
      this.bestEpoch = epoch
      if (restoreBestWeights) this.weights = await model.getWeights()
    }
  }

  async onTrainEnd(_: EpochLogs | null, model: CallbackModel): Promise<void> {
    // what its signal stopped goes on later, from the weights that it had
    if (this.weights && this.#training && isDone(this.#training, model)) await model.setWeights(this.weights)
  }

  get state(): JsonObject {
    return { wait: this.wait, bestEpoch: this.bestEpoch, best: this.best }
  }

  set state(json: JsonObject) {
    const { wait, bestEpoch, best } = readState(this.className, json, ['wait', 'bestEpoch', 'best'])
    this.wait = wait ?? 0
    this.bestEpoch = bestEpoch ?? 0
    this.#monitor.best = best
  }
}
