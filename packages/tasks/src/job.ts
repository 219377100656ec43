import type { Callback, Engine, FitOptions, History, Model } from '@carousel/core'
import { checkNames } from './checks.ts'
import type { DataFile } from './files.ts'
import {
  type DataRecord,
  type EpochRecord,
  finite,
  type Identity,
  type Kind,
  type Measured,
  type Provenance,
} from './provenance.ts'
import type { Outcome } from './report/outcome.ts'
import type { Settings } from './settings.ts'

/** Data as a task has loaded them, split into what is learned from and what is kept back. */
export interface TaskData {
  identity: Identity
  /** One sentence for people: what these data are, and how they are split. */
  description: string
  /** What was found and done on the way: guesses, gaps, what did not serve. */
  notes: readonly string[]
}

/** One task, as a recipe of a few steps, from data that are loaded. */
export interface Task<S extends Settings, Data extends TaskData> extends Kind<S> {
  /** What a sample is called: picture, pictures. */
  readonly unit: readonly [one: string, many: string]
  /** Whole settings, of what was given and the task's defaults. A seed that is not given is drawn. */
  settings(given: Partial<S>): S
  /** A training from its beginning: what was done to the input is decided by the training part of the data alone. */
  begin(data: Data, settings: S, engine?: Engine): Promise<Job<S>>
  /** A training that goes on where its model stands. */
  resume(model: Model, data: Data, settings: S): Promise<Job<S>>
  /** How a model does on the test part of the data, beside what has to be beaten. */
  score(model: Model, data: Data, signal?: AbortSignal): Promise<Outcome>
  /** The settings that decide on what a model is measured, as they came out: figures compare where these are the same. */
  measuredBy(settings: S, model: Model): Partial<S>
  /** What was done to the input of this model, in plain words. */
  preparationInWords(model: Model): readonly string[]
}

/** A task whose data lie in files. */
export interface FileTask<S extends Settings, Data extends TaskData> extends Task<S, Data> {
  /**
   * Data to train on, split.
   *
   * @param name what people call them
   * @throws TaskError that says what cannot be used of them, and where
   */
  load(files: readonly DataFile[], name: string, settings: S): Promise<Data>
  /**
   * Other data to measure a model on: all of them are the test. They are read as the model's own were.
   *
   * @throws TaskError for the same, and for what the model does not know
   */
  loadNew(files: readonly DataFile[], name: string, trained: Trained<S, Data>): Promise<Data>
}

/** What there is to know of a model that other data are loaded for. */
export interface Trained<S extends Settings, Data extends TaskData> {
  model: Model
  settings: S
  /** What it learned from, where that is still to be had: some baselines learn from it, too. */
  learned: Data | null
}

/** What is told of other data where those that the model learned from are not to be had. */
export const notesOnLearned = (learned: TaskData | null): string[] =>
  learned
    ? []
    : ['The data that the model was trained on are not at hand: baselines that learn from them are left out.']

/** A training, to be begun or taken up again. */
export interface Job<S extends Settings = Settings> {
  readonly task: string
  readonly model: Model
  readonly settings: S
  readonly data: TaskData
  /** The layers: `LSTM(128) → Dense(10, softmax)`. */
  readonly layersInWords: string
  /** What a sample is to the model: 'a picture as 28 rows of 28 pixels'. */
  readonly inputInWords: string
  /** Of one epoch, in the task's units. */
  readonly epochSamples: number
  /** Units in one of `fit`'s samples, such as the characters of a window. Default 1. */
  readonly unitsPerSample?: number
  /** Whether nothing is left to do, though epochs are. */
  readonly isDone?: boolean
  /** Where training may end before its last epoch: why, and what the model is then. */
  readonly endsEarly?: string
  /** What tables show of an epoch, besides the loss, by the names that `fit` reports; the first is drawn as a curve. */
  readonly figures: readonly string[]
  /** What `val` figures are of, where no part of the data is there for them alone: 'test part'. It decides nothing. */
  readonly watchedBy?: string
  /** `model.fit` on the job's data, with what the trainer wants of it and with what the task adds. */
  fit(options: SharedFit, tell: (text: string) => void): Promise<Pick<History, 'interrupted'>>
  score(signal?: AbortSignal): Promise<Outcome>
}

/** What the trainer decides for every task. */
export interface SharedFit extends Pick<FitOptions, 'epochs' | 'resume' | 'signal'> {
  callbacks: readonly Callback[]
}

export interface BatchProgress {
  /** Epoch and batch are counted from 1. */
  epoch: number
  batch: number
  batches: number
  /** Of this batch, in the task's units. */
  size: number
  /** Means of the epoch so far. */
  loss: number
  readonly [figure: string]: number
}

export interface TrainingListener {
  /** Aborted: the batch is finished, and training ends where a resume can go on. */
  signal?: AbortSignal
  onBatch?(batch: BatchProgress): void
  onEpoch?(epoch: EpochRecord): void
  /** What a task shows while it trains, such as a text that the model writes. */
  onSample?(text: string): void
  /** The model, its provenance up to date, is worth keeping: after every epoch and after an interruption. */
  checkpoint?(model: Model): Promise<void>
}

export interface TrainOptions extends TrainingListener {
  /** Epochs of earlier runs. */
  history?: readonly EpochRecord[]
  /** Where to look for the data again, relative to the model's file; null or left out where they are found anyway. */
  folder?: string | null
  /** What made it. */
  versions?: Readonly<Record<string, string>>
}

const TRAINING = [
  'signal',
  'onBatch',
  'onEpoch',
  'onSample',
  'checkpoint',
  'history',
  'folder',
  'versions',
] as const satisfies readonly (keyof TrainOptions)[]

export interface TrainResult {
  interrupted: boolean
  /** All epochs, those of earlier runs included. */
  history: readonly EpochRecord[]
}

/** Trains until `settings.epochs` epochs are done in all, or until the signal. */
export async function train(job: Job, options: TrainOptions = {}): Promise<TrainResult> {
  checkNames(options, TRAINING)
  const { model, settings, unitsPerSample = 1 } = job
  const history = [...(options.history ?? [])]
  /** The step at which the model was last given to the listener. */
  let kept: number | undefined
  const keep = async () => {
    model.provenance = provenanceOf(job, options, history)
    kept = model.position?.step
    await options.checkpoint?.(model)
  }
  let epoch = 0
  const listening: Callback = {
    isLast: true,
    onEpochBegin: (index) => {
      epoch = index + 1
    },
    onBatchEnd: (index, { samples: _, ...logs }) =>
      options.onBatch?.({ ...logs, size: logs.size * unitsPerSample, epoch, batch: index + 1 }),
    onEpochEnd: async (index, { loss, seconds, samplesPerSecond, ...figures }) => {
      const record = {
        epoch: index + 1,
        loss,
        ...finite(figures),
        seconds,
        ...finite({ samplesPerSecond: samplesPerSecond * unitsPerSample }),
      }
      history.push(record)
      options.onEpoch?.(record)
      await keep()
    },
  }
  const { epochs } = settings
  const isDone = job.isDone || (model.position?.epoch ?? 0) >= epochs
  const shared = { epochs, resume: model.position !== null, signal: options.signal, callbacks: [listening] }
  const { interrupted } = isDone
    ? { interrupted: false }
    : await job.fit(shared, (text) => options.onSample?.(text))
  if (interrupted && !isUntrained(model) && model.position?.step !== kept) await keep()
  // also where no epoch was left to do
  model.provenance = provenanceOf(job, options, history)
  return { interrupted, history }
}

/** Whether not one batch was learned from: such a model is not worth a file. */
export const isUntrained = ({ position }: Model): boolean => (position?.step ?? 0) === 0

function provenanceOf(job: Job, options: TrainOptions, history: readonly EpochRecord[]): Provenance {
  const data: DataRecord = { ...job.data.identity, folder: options.folder ?? null }
  return {
    task: job.task,
    data,
    options: job.settings,
    versions: options.versions ?? {},
    history: [...history],
  }
}

/** Keeps with the model what was measured of it, so that its file tells. */
export function keepMeasured(model: Model, { metrics, baselines }: Outcome): void {
  const others = Object.entries(baselines).map(([name, figures]) => [name, finite(figures)])
  const measured: Measured = { metrics: finite(metrics), baselines: Object.fromEntries(others) }
  model.provenance = { ...(model.provenance as Provenance), measured }
}
