import { show } from '../config/options.ts'
import type { Figures } from './figures.ts'

/** Hooks into training, Keras's names. Each may be async; training waits for it. Epochs and batches count from 0. */
export interface Callback {
  onTrainBegin?(): void | Promise<void>
  onEpochBegin?(epoch: number): void | Promise<void>
  onBatchEnd?(batch: number, logs: BatchLogs): void | Promise<void>
  onEpochEnd?(epoch: number, logs: EpochLogs): void | Promise<void>
  onTrainEnd?(): void | Promise<void>
}

/** After a batch: the epoch's running means. */
export interface BatchLogs {
  readonly loss: number
  readonly [metric: string]: number
  /** Rows of this batch. */
  readonly size: number
  /** Batches of an epoch. */
  readonly batches: number
  /** Samples of an epoch. */
  readonly samples: number
}

/** After an epoch: its means, `val…` from the validation data. */
export interface EpochLogs {
  readonly loss: number
  readonly [figure: string]: number
  /** Of training alone, without validation. */
  readonly seconds: number
  readonly samplesPerSecond: number
}

/** Figures of every epoch, as Keras's `History`. */
export class History {
  /** Epochs that were finished, counted from 0. */
  readonly epoch: number[] = []
  /** A figure an epoch, by name: loss, accuracy, valLoss, …; beyond Keras, seconds and samplesPerSecond. */
  readonly history: Record<string, number[]> = {}
  /** Stopped by its signal before the last epoch was done; `fit` with `resume` goes on. */
  interrupted = false
  /** What the caller should know, in sentences; e.g. that a resume runs in another arithmetic. */
  readonly notes: string[] = []

  add(epoch: number, figures: Figures): void {
    this.epoch.push(epoch)
    for (const [name, figure] of Object.entries(figures)) {
      this.history[name] ??= []
      this.history[name].push(figure)
    }
  }
}

const HOOKS = ['onTrainBegin', 'onEpochBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'] as const

/** Is this an object of hooks, and of nothing else that looks like one? Returns what is wrong, or null. */
export function checkCallback(callback: unknown): string | null {
  if (typeof callback !== 'object' || callback === null) return 'an object with hooks'
  for (const [key, hook] of Object.entries(callback)) {
    const isHook = (HOOKS as readonly string[]).includes(key)
    if (!isHook && /^on[A-Z]/.test(key))
      return `an object with hooks among ${HOOKS.join(', ')} (it has '${key}')`
    if (isHook && hook !== undefined && typeof hook !== 'function')
      return `an object with functions as hooks (its '${key}' is ${show(hook)})`
  }
  return null
}
