import { platform } from '#platform'
import type { JsonObject } from '../config/keras.ts'
import { boolean, checkOptions, finite, oneOf, orNull, text } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { BatchLogs, Callback, CallbackModel, EpochLogs, TrainingInfo } from '../training/callbacks.ts'
import type { Figures } from '../training/figures.ts'
import { checkPath, formatPath } from './formatPath.ts'
import { Every, isFrequency, Monitor, type MonitorOptions } from './monitor.ts'
import { readState } from './state.ts'

export interface ModelCheckpointOptions extends MonitorOptions {
  /**
   * Where to save: epoch and batch, counted from 1, and figures may stand in it as in Python,
   * `model-{epoch:02d}-{valLoss:.2f}.safetensors`. Folders that are missing are made.
   */
  filepath: string
  /** Save only what is better than all before. Default false. */
  saveBestOnly?: boolean
  /** 'epoch', or every so many batches. Default 'epoch'. */
  saveFreq?: 'epoch' | number
  /** What the first must be better than. Default null. */
  initialValueThreshold?: number | null
}

const WHERE = 'callbacks.modelCheckpoint'

/**
 * Saves the model, whole and atomically, after epochs or batches. Node only. Keras: `ModelCheckpoint`; its
 * `saveWeightsOnly` is refused, as a file here is weights, optimizer and position in one. It saves after the other
 * callbacks have acted. An epoch without validation is not saved where a validation figure decides; Keras saves it over
 * the best one. After a resume it knows the best so far; Keras's forgets it with the process.
 */
export function modelCheckpoint(options: ModelCheckpointOptions): ModelCheckpoint {
  const checks = {
    filepath: text,
    monitor: text,
    mode: oneOf(['auto', 'min', 'max']),
    saveBestOnly: boolean,
    saveFreq: isFrequency,
    initialValueThreshold: orNull(finite),
  }
  checkOptions({ where: WHERE, options: checks, notYet: { verbose: 0, saveWeightsOnly: false } }, options)
  if (options.filepath === undefined) throw new OptionError(`${WHERE}: option 'filepath' is missing`)
  checkPath(WHERE, options.filepath)
  return new ModelCheckpoint(options)
}

class ModelCheckpoint implements Callback {
  readonly className = 'ModelCheckpoint'
  readonly isLast = true
  readonly onTrainBatchEnd?: Callback['onTrainBatchEnd']
  readonly #options: ModelCheckpointOptions
  /** Of the figure that decides; null where every model is saved. */
  readonly #monitor: Monitor | null
  #epoch = 0
  #validates = false

  constructor(options: ModelCheckpointOptions) {
    this.#options = options
    const { saveBestOnly = false, saveFreq = 'epoch', initialValueThreshold = null } = options
    this.#monitor = saveBestOnly ? new Monitor(WHERE, options, 0, initialValueThreshold) : null
    if (saveFreq !== 'epoch') {
      const every = new Every(saveFreq)
      this.onTrainBatchEnd = (batch, logs, model) =>
        every.next() ? this.#save(batch, logs, model) : undefined
    }
  }

  onTrainBegin({ validates }: TrainingInfo): void {
    this.#validates = validates
  }

  onEpochBegin(epoch: number): void {
    this.#epoch = epoch
  }

  async onEpochEnd(_: number, logs: EpochLogs, model: CallbackModel): Promise<void> {
    if (!this.onTrainBatchEnd) await this.#save(null, logs, model)
  }

  async #save(batch: number | null, logs: EpochLogs | BatchLogs, model: CallbackModel): Promise<void> {
    const figures: Figures = logs
    const place = { ...figures, epoch: this.#epoch + 1, ...(batch === null ? {} : { batch: batch + 1 }) }
    const path = formatPath(WHERE, this.#options.filepath, place)
    if (this.#monitor && !this.#isBest(this.#monitor, figures)) return
    await platform.makeFolderFor(path)
    await model.save(path)
  }

  #isBest(monitor: Monitor, figures: Figures): boolean {
    const current = monitor.current(figures, this.#validates)
    if (current === null || !monitor.improves(current)) return false
    monitor.best = current
    return true
  }

  get state(): JsonObject {
    return { best: this.#monitor?.best ?? null }
  }

  set state(json: JsonObject) {
    const { best } = readState(this.className, json, ['best'])
    if (this.#monitor) this.#monitor.best = best
  }
}
