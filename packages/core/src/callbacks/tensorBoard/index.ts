import { platform } from '#platform'
import { type JsonObject, kerasObject } from '../../config/keras.ts'
import { boolean, type Check, checkOptions, text } from '../../config/options.ts'
import { now } from '../../training/batches.ts'
import type { BatchLogs, Callback, CallbackModel, EpochLogs, TrainingInfo } from '../../training/callbacks.ts'
import type { Figures } from '../../training/figures.ts'
import { readState } from '../state.ts'
import { modelEvent, scalarEvent, versionEvent } from './events.ts'
import { join } from './protobuf.ts'

export interface TensorBoardOptions {
  /** The folder; `tensorboard --logdir` reads it. Default 'logs'. */
  logDir?: string
  /** Write the model's layers, which TensorBoard draws as a graph. Default true. */
  writeGraph?: boolean
  /** Write how many batches a second are trained. Default false. */
  writeStepsPerSecond?: boolean
  /** When loss and metrics are written: after every 'epoch', 'batch', or so many batches. Default 'epoch'. */
  updateFreq?: 'epoch' | 'batch' | number
}

const WHERE = 'callbacks.tensorBoard'

const NOT_YET = {
  histogramFreq: 0,
  writeImages: false,
  profileBatch: 0,
  embeddingsFreq: 0,
  embeddingsMetadata: null,
}

const isUpdate: Check = (value) =>
  value === 'epoch' || value === 'batch' || (Number.isSafeInteger(value) && Number(value) > 0)
    ? null
    : "'epoch', 'batch' or a number of batches greater than 0"

/**
 * Writes event files that TensorBoard shows as curves: `train/` and `validation/` in `logDir`, with Keras's tags, in
 * which figures have Keras's names (`epoch_val_loss` is `epoch_loss` of `validation`). Node only. Keras: `TensorBoard`.
 * After a resume the curves of batches go on where they were; Keras's start anew.
 */
export function tensorBoard(options: TensorBoardOptions = {}): Callback {
  const checks = { logDir: text, writeGraph: boolean, writeStepsPerSecond: boolean, updateFreq: isUpdate }
  checkOptions({ where: WHERE, options: checks, notYet: NOT_YET }, options)
  return new TensorBoard(options)
}

class TensorBoard implements Callback {
  readonly className = 'TensorBoard'
  readonly onTrainBatchBegin?: Callback['onTrainBatchBegin']
  readonly onTrainBatchEnd?: Callback['onTrainBatchEnd']
  readonly #options: TensorBoardOptions
  readonly #folder: string
  #train: EventFile
  #validation: EventFile
  /** Batches trained so far, of all epochs. */
  #batches = 0
  #epochBegan = { seconds: 0, step: 0 }
  #batchBegan = 0

  constructor(options: TensorBoardOptions) {
    this.#options = options
    const { logDir = 'logs', updateFreq = 'epoch', writeStepsPerSecond = false } = options
    this.#folder = logDir
    this.#train = new EventFile(`${this.#folder}/train`)
    this.#validation = new EventFile(`${this.#folder}/validation`)
    if (updateFreq === 'epoch') return
    const every = updateFreq === 'batch' ? 1 : updateFreq
    if (writeStepsPerSecond) this.onTrainBatchBegin = () => this.#beginBatch()
    this.onTrainBatchEnd = (_, logs) => this.#endBatch(logs, every)
  }

  onTrainBegin({ resumed }: TrainingInfo, model: CallbackModel): void {
    this.#train = new EventFile(`${this.#folder}/train`)
    this.#validation = new EventFile(`${this.#folder}/validation`)
    if (!resumed) this.#batches = 0
    if (this.#options.writeGraph ?? true) this.#train.model(modelJson(model))
  }

  onEpochBegin(_: number, model: CallbackModel): void {
    this.#epochBegan = { seconds: now() / 1000, step: model.position?.step ?? 0 }
  }

  async onEpochEnd(epoch: number, logs: EpochLogs, model: CallbackModel): Promise<void> {
    const { seconds: _, samplesPerSecond: __, learningRate: ___, ...figures } = logs
    const rate: unknown = model.optimizer?.learningRate
    if (typeof rate === 'number') figures.learningRate = rate
    if (this.#options.writeStepsPerSecond) {
      const { seconds, step } = this.#epochBegan
      figures.stepsPerSecond = ((model.position?.step ?? 0) - step) / (now() / 1000 - seconds)
    }
    for (const [name, value] of Object.entries(figures)) {
      const key = snakeCase(name)
      if (key.startsWith('val_')) this.#validation.scalar(epoch, `epoch_${key.slice(4)}`, value)
      else this.#train.scalar(epoch, `epoch_${key}`, value)
    }
    await this.#flush()
  }

  onTestEnd(logs: Figures, model: CallbackModel): Promise<void> {
    for (const [name, value] of Object.entries(logs))
      this.#validation.scalar(model.position?.step ?? 0, `evaluation_${snakeCase(name)}_vs_iterations`, value)
    return this.#validation.flush()
  }

  onTrainEnd(): Promise<void> {
    return this.#flush()
  }

  #beginBatch(): void {
    this.#batchBegan = now()
  }

  /** Keras asks before a batch whether to write it: the first is number 1. */
  #endBatch(logs: BatchLogs, every: number): Promise<void> | undefined {
    this.#batches++
    if (this.#batches % every !== 0) return undefined
    const { size: _, batches: __, samples: ___, ...figures } = logs
    if (this.#options.writeStepsPerSecond)
      this.#train.scalar(this.#batches, 'batch_steps_per_second', 1000 / (now() - this.#batchBegan))
    for (const [name, value] of Object.entries(figures))
      this.#train.scalar(this.#batches, `batch_${snakeCase(name)}`, value)
    return this.#train.isLong ? this.#train.flush() : undefined
  }

  async #flush(): Promise<void> {
    await this.#train.flush()
    await this.#validation.flush()
  }

  get state(): JsonObject {
    return { batches: this.#batches }
  }

  set state(json: JsonObject) {
    this.#batches = readState(this.className, json, ['batches']).batches ?? 0
  }
}

/** Events go to the file together: when many have gathered, after an epoch, and at the end. */
const MANY = 100
let files = 0

class EventFile {
  readonly #folder: string
  #path = ''
  #events: Uint8Array[] = []

  constructor(folder: string) {
    this.#folder = folder
  }

  get isLong(): boolean {
    return this.#events.length >= MANY
  }

  scalar(step: number, tag: string, value: number): void {
    this.#events.push(scalarEvent(wallTime(), step, tag, value))
  }

  model(json: string): void {
    this.#events.push(modelEvent(wallTime(), json))
  }

  async flush(): Promise<void> {
    if (this.#events.length === 0) return
    const events = this.#events
    this.#events = []
    if (this.#path === '') {
      const began = wallTime()
      files++
      // TensorBoard reads whatever has 'tfevents' in its name, in the order of the names
      const moment = `${Math.floor(began)}.${crypto.getRandomValues(new Uint32Array(1))[0]}.${files}`
      this.#path = `${this.#folder}/events.out.tfevents.${moment}.v2`
      events.unshift(versionEvent(began))
    }
    await platform.append(this.#path, join(events))
  }
}

/** Seconds since 1970. */
function wallTime(): number {
  return Date.now() / 1000
}

/** Keras's `to_json`, as far as TensorBoard reads it. */
function modelJson(model: CallbackModel): string {
  const config = model.getConfig()
  const className = 'input_layers' in config ? 'Functional' : 'Sequential'
  return JSON.stringify(kerasObject('keras', className, config))
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
