import type { Model } from '@carousel/core'
import { isCount, isNumber, isRecord } from './checks.ts'
import type { Metrics } from './report/outcome.ts'
import { areSettings, type Settings } from './settings.ts'

// Types, not interfaces, so that they count as JSON: all of this is kept in the model's file.

/** One epoch of a training, with its figures: `loss`, `accuracy`, `samplesPerSecond`, …, and `val…` on the validation's data. */
export type EpochRecord = {
  /** From 1. */
  epoch: number
  loss: number
  /** Null where one is not finite, for which JSON has no word. */
  [figure: string]: number | null
  /** Of training alone. */
  seconds: number
}

/** Which data were used: enough to find them again and to see that they are the same. */
export type Identity = {
  /** What people call them: a file's name, or a set's. */
  name: string
  /** Whether the files are as published, where they ever were. */
  verified: boolean
  /** Of what was read, in its order. */
  sha256: readonly string[]
  trainSamples: number
  testSamples: number
}

export type DataRecord = Identity & {
  /** Where they lay, if the user had named a place: relative to the model's file. */
  folder: string | null
}

/** What was measured after training: on the test's data, by the model and by what is to be beaten. */
export type Measured = {
  metrics: Metrics
  baselines: { readonly [name: string]: Metrics }
}

/** A model's origin. */
export type Provenance<S extends Settings = Settings> = {
  task: string
  data: DataRecord
  options: S
  versions: { readonly [name: string]: string }
  history: readonly EpochRecord[]
  measured?: Measured
}

/** Whether two loads had the same data. Published files are the same whether packed or not. */
export function isSameData(one: Identity, other: Identity): boolean {
  if (one.name !== other.name) return false
  return (one.verified && other.verified) || String(one.sha256) === String(other.sha256)
}

/** What a task says of its models, so that a file's origin can be read. */
export interface Kind<S extends Settings> {
  readonly name: string
  /** Whether a file's words are this task's settings, the shared ones apart. */
  areOwn(options: Readonly<Record<string, unknown>>): boolean
  /**
   * The model that the settings make for what this one's file says of its input, with weights of its own; undefined where
   * the file says too little.
   */
  remade(model: Model, settings: S): Model | undefined
}

/** What a model's file says of its origin, if that is this task, whole, and true of this model. */
export function originOf<S extends Settings>(kind: Kind<S>, model: Model): Provenance<S> | undefined {
  const found: unknown = model.provenance
  if (!isRecord(found) || found.task !== kind.name || !isWhole(found) || !isRecord(found.options))
    return undefined
  if (!kind.areOwn(found.options)) return undefined
  const provenance = found as Provenance<S>
  const { seed, batchSize } = provenance.options
  // what is in a file may have been changed
  const isTrue =
    seed === model.seed &&
    batchSize === (model.position?.batchSize || batchSize) &&
    JSON.stringify(kind.remade(model, provenance.options)?.toJson()) === JSON.stringify(model.toJson())
  return isTrue ? provenance : undefined
}

/** The name of the task that a file says it is of; null where it says none. */
export function taskOf({ provenance }: Model): string | null {
  return isRecord(provenance) && typeof provenance.task === 'string' ? provenance.task : null
}

function isWhole({ data, options, versions, history, measured }: Record<string, unknown>): boolean {
  return (
    isRecord(data) &&
    typeof data.name === 'string' &&
    typeof data.verified === 'boolean' &&
    isCount(data.trainSamples) &&
    isNumber(data.testSamples, 0) &&
    Array.isArray(data.sha256) &&
    data.sha256.every((sum) => typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum)) &&
    (data.folder === null || typeof data.folder === 'string') &&
    isRecord(options) &&
    areSettings(options) &&
    isRecord(versions) &&
    Object.values(versions).every((version) => typeof version === 'string') &&
    Array.isArray(history) &&
    history.every(isEpoch) &&
    (measured === undefined || isMeasured(measured))
  )
}

const isEpoch = (value: unknown): boolean =>
  areFigures(value) && isCount(value.epoch) && isNumber(value.loss) && isNumber(value.seconds, 0)

const isMeasured = (value: unknown): boolean =>
  isRecord(value) &&
  isRecord(value.baselines) &&
  [value.metrics, ...Object.values(value.baselines)].every(areFigures)

const areFigures = (value: unknown): value is Metrics =>
  isRecord(value) && Object.values(value).every((figure) => figure === null || isNumber(figure))

/** Figures as a model's file can hold them. */
export const finite = (figures: Metrics): Metrics =>
  Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  )
