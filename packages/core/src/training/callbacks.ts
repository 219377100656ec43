import type { JsonObject } from '../config/keras.ts'
import { show, suggest } from '../config/options.ts'
import type { Float32Tensor, Tensor, TensorLike } from '../data/tensor.ts'
import { type NonFiniteError, OptionError } from '../errors.ts'
import type { Optimizer } from '../optimizers/index.ts'
import type { Figures } from './figures.ts'
import type { Position } from './position.ts'

/** What hooks may ask of, and do to, the model they are called for. Every model has more than that. */
export interface CallbackModel {
  readonly name: string
  /** Set it to true to stop `fit`: after the batch, or after the epoch if that is what has just ended. */
  stopTraining: boolean
  readonly optimizer: Optimizer | null
  readonly position: Position | null
  getWeights(): Promise<Float32Tensor[]>
  setWeights(weights: readonly TensorLike[]): Promise<void>
  getConfig(): JsonObject
  save(path: string | URL): Promise<void>
  saveBytes(): Promise<Uint8Array>
}

/** What `fit` is about to do. */
export interface TrainingInfo {
  /** Number of the epoch at which training ends. */
  readonly epochs: number
  /** Batches of an epoch; null where the data do not tell. Keras: `steps`. */
  readonly batches: number | null
  /** Rows of a batch; null where batches come ready made. */
  readonly batchSize: number | null
  /** Is there validation data? */
  readonly validates: boolean
  /** Goes on where training stopped: what a callback has counted so far goes on counting. */
  readonly resumed: boolean
}

/** At a training's end: has it reached its last epoch, or did a callback end it? False where its signal stopped it. */
export function isDone({ epochs }: TrainingInfo, { stopTraining, position }: CallbackModel): boolean {
  return stopTraining || (position?.epoch ?? 0) >= epochs
}

type Done = void | Promise<void>

/**
 * Hooks into training, evaluation and prediction, Keras's names: a plain object with any of them. Each may be async;
 * the run waits for it. Epochs and batches count from 0. The model comes last, where a hook wants it.
 */
export interface Callback {
  onTrainBegin?(training: TrainingInfo, model: CallbackModel): Done
  onTrainEnd?(logs: EpochLogs | null, model: CallbackModel): Done
  onEpochBegin?(epoch: number, model: CallbackModel): Done
  /** What is added to `logs` here, later callbacks and the history see. */
  onEpochEnd?(epoch: number, logs: EpochLogs, model: CallbackModel): Done
  /** Another name of `onTrainBatchBegin`; counts where that is not given. */
  onBatchBegin?(batch: number, model: CallbackModel): Done
  /** Another name of `onTrainBatchEnd`; counts where that is not given. */
  onBatchEnd?(batch: number, logs: BatchLogs, model: CallbackModel): Done
  onTrainBatchBegin?(batch: number, model: CallbackModel): Done
  onTrainBatchEnd?(batch: number, logs: BatchLogs, model: CallbackModel): Done
  onTestBegin?(model: CallbackModel): Done
  onTestEnd?(logs: Figures, model: CallbackModel): Done
  onTestBatchBegin?(batch: number, model: CallbackModel): Done
  onTestBatchEnd?(batch: number, logs: Figures, model: CallbackModel): Done
  onPredictBegin?(model: CallbackModel): Done
  onPredictEnd?(model: CallbackModel): Done
  onPredictBatchBegin?(batch: number, model: CallbackModel): Done
  onPredictBatchEnd?(batch: number, logs: PredictLogs, model: CallbackModel): Done
  /**
   * Beyond Keras: asked before `fit` decides where to start. True: it goes on at the model's position, which the
   * callback may have just restored.
   */
  onResume?(model: CallbackModel): boolean | Promise<boolean>
  /** Beyond Keras: the loss left the finite numbers, and the model is back at its last good copy. True: `fit` returns instead of throwing. */
  onNonFinite?(error: NonFiniteError, model: CallbackModel): boolean | Promise<boolean>
  /** Beyond Keras: acts in `onEpochEnd` and `onTrainBatchEnd` after all callbacks that are not last: what it saves knows what they did. */
  readonly isLast?: boolean
  /** Beyond Keras: under this name, counted where several have it, `state` is kept in the model's file. */
  readonly className?: string
  /** Beyond Keras: JSON that the callback needs to go on after a resume; read when the model is saved, written by `fit`. */
  state?: JsonObject
  /** Beyond Keras: weights of the model, in `getWeights` order, that are kept with the state; absent: none. */
  weights?: readonly Tensor[] | null
}

/** After a batch: the epoch's running means. */
export interface BatchLogs {
  readonly loss: number
  readonly [metric: string]: number
  /** Rows of this batch. */
  readonly size: number
  /** Batches of an epoch; NaN where the data do not tell. */
  readonly batches: number
  /** Samples of an epoch; NaN where the data do not tell. */
  readonly samples: number
}

/** After an epoch: its means, `val…` from the validation data. */
export interface EpochLogs {
  readonly loss: number
  [figure: string]: number
  /** Of training alone, without validation. */
  readonly seconds: number
  readonly samplesPerSecond: number
}

/** After a batch of predictions. */
export interface PredictLogs {
  /** One tensor, or one an output of the model. */
  readonly outputs: Float32Tensor | readonly Float32Tensor[]
}

/** Figures of every epoch, as Keras's `History`. */
export class History implements Callback {
  /** Epochs that were finished, counted from 0. */
  readonly epoch: number[] = []
  /** A figure an epoch, by name: loss, accuracy, valLoss, …; beyond Keras, seconds and samplesPerSecond. */
  readonly history: Record<string, number[]> = {}
  /** Stopped by its signal or a callback before the last epoch was done; `fit` with `resume` goes on. */
  interrupted = false
  /** What the caller should know, in sentences; e.g. that a resume runs in another arithmetic. */
  readonly notes: string[] = []

  onEpochEnd(epoch: number, logs: EpochLogs): void {
    this.epoch.push(epoch)
    for (const [name, figure] of Object.entries(logs)) {
      this.history[name] ??= []
      this.history[name].push(figure)
    }
  }
}

const HOOKS = [
  ...['onTrainBegin', 'onTrainEnd', 'onEpochBegin', 'onEpochEnd', 'onBatchBegin', 'onBatchEnd'],
  ...['Train', 'Test', 'Predict'].flatMap((run) => [`on${run}BatchBegin`, `on${run}BatchEnd`]),
  ...['onTestBegin', 'onTestEnd', 'onPredictBegin', 'onPredictEnd', 'onResume', 'onNonFinite'],
]

/** Refuses what is not an object of hooks, and hooks that do not exist. */
export function checkCallbacks(where: string, callbacks: readonly unknown[]): void {
  for (const callback of callbacks) {
    const wrong = (what: string) => new OptionError(`${where}: each of the callbacks must be ${what}`)
    if (typeof callback !== 'object' || callback === null)
      throw wrong(`an object with hooks; got ${show(callback)}`)
    for (const [key, value] of membersOf(callback)) {
      if (!/^on[A-Z]/.test(key)) continue
      if (!HOOKS.includes(key))
        throw wrong(`an object with hooks; there is no hook '${key}'.${suggest(key, HOOKS)}`)
      if (value !== undefined && typeof value !== 'function')
        throw wrong(`an object with functions as hooks; its '${key}' is ${show(value)}`)
    }
  }
}

/** Own members and inherited ones, without asking getters. */
function* membersOf(callback: object): Iterable<[string, unknown]> {
  for (let level = callback; level && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) yield [key, value]
  }
}

type Hooks = Omit<Callback, 'isLast' | 'className' | 'state' | 'weights' | 'onBatchBegin' | 'onBatchEnd'>
type Hook = keyof Hooks
type Args<H extends Hook> =
  NonNullable<Hooks[H]> extends (...args: [...infer A, CallbackModel]) => unknown ? A : never
type Bound<H extends Hook> = (...args: [...Args<H>, CallbackModel]) => unknown

/** State of the callbacks of a model's file, by class and number. */
export type CallbackStates = Readonly<Record<string, JsonObject>>

/** All that callbacks need to go on later. */
export interface CallbackMemory {
  readonly states: CallbackStates
  /** By class and number, too. */
  readonly weights: ReadonlyMap<string, readonly Tensor[]>
}

/** The callbacks of a run, sorted by hook once, so that a hook that nobody has costs nothing. */
export class CallbackList {
  readonly callbacks: readonly Callback[]
  readonly #model: CallbackModel
  readonly #bound = new Map<Hook, readonly ((...args: never[]) => unknown)[]>()

  constructor(callbacks: readonly Callback[], model: CallbackModel) {
    this.callbacks = [
      ...callbacks.filter(({ isLast }) => !isLast),
      ...callbacks.filter(({ isLast }) => isLast),
    ]
    this.#model = model
    for (const hook of HOOKS.filter((name) => !/^onBatch/.test(name)) as Hook[]) {
      const found = this.callbacks.flatMap((callback) => bind(callback, hook) ?? [])
      if (found.length > 0) this.#bound.set(hook, found)
    }
  }

  /** Does anybody have this hook? */
  has(hook: Hook): boolean {
    return this.#bound.has(hook)
  }

  /** Calls one after the other, each when the one before is done; true where one returned true. */
  async call<H extends Hook>(hook: H, ...args: Args<H>): Promise<boolean> {
    let answer = false
    for (const call of (this.#bound.get(hook) ?? []) as readonly Bound<H>[]) {
      if ((await call(...args, this.#model)) === true) answer = true
    }
    return answer
  }
}

/** The hook with its `this`; a batch's under either name. */
function bind(callback: Callback, hook: Hook): ((...args: never[]) => unknown) | null {
  const call =
    callback[hook] ??
    (hook === 'onTrainBatchBegin'
      ? callback.onBatchBegin
      : hook === 'onTrainBatchEnd'
        ? callback.onBatchEnd
        : null)
  return call ? (call.bind(callback) as (...args: never[]) => unknown) : null
}
