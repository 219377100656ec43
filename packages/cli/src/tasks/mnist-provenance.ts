import type { mnist } from '@carousel/datasets'

export type Cell = 'lstm' | 'gru' | 'rnn'
export type OptimizerName = 'sgd' | 'rmsprop' | 'adam' | 'adamw'

// Types, not interfaces, so that they count as JSON: all of this is kept in the model's file.

/** All that decides the numbers of a training, data apart. */
export type MnistSettings = {
  cell: Cell
  units: number
  dropout: number
  optimizer: OptimizerName
  learningRate: number
  batchSize: number
  /** In all, before and after a resume. */
  epochs: number
  seed: number
  /** Only the first so many training pictures; null for all. */
  limit: number | null
}

export type EpochRecord = {
  /** From 1. */
  epoch: number
  loss: number
  accuracy: number
  valLoss: number
  valAccuracy: number
  /** Of training alone. */
  seconds: number
  samplesPerSecond: number
}

/** Which data were used: enough to find them again and to see that they are the same. */
export type DataIdentity = {
  name: 'mnist' | 'mnist-embedded'
  /** Whether the files are MNIST's as published. */
  verified: boolean
  sha256: readonly string[]
  trainSamples: number
  testSamples: number
  /** Where the files lay, if the user had named a folder. */
  folder: string | null
}

/** A model's origin. */
export type MnistProvenance = {
  task: 'mnist'
  data: DataIdentity
  options: MnistSettings
  versions: { readonly [name: string]: string }
  history: readonly EpochRecord[]
}

/** What a training stands on. */
export interface MnistOrigin {
  data: mnist.Mnist
  settings: MnistSettings
  /** Where to look for the data again, if the user named a folder. */
  dataFolder: string | null
  /** What made it. */
  versions: Readonly<Record<string, string>>
}

export function provenanceOf(origin: MnistOrigin, history: readonly EpochRecord[]): MnistProvenance {
  const { data, settings, dataFolder, versions } = origin
  return {
    task: 'mnist',
    data: { ...identify(data), folder: dataFolder },
    options: settings,
    versions,
    history: [...history],
  }
}

export function identify({ train, test, source }: mnist.Mnist): Identity {
  return {
    name: source.name,
    verified: source.verified,
    sha256: source.files.map((file) => file.sha256),
    trainSamples: train.labels.data.length,
    testSamples: test.labels.data.length,
  }
}

type Identity = Omit<DataIdentity, 'folder'>

/** Whether two loads had the same pictures. Published files are the same whether gzipped or not. */
export function isSameData(one: Identity, other: Identity): boolean {
  if (one.name !== other.name) return false
  return (one.verified && other.verified) || String(one.sha256) === String(other.sha256)
}

/** The provenance in a file of this recipe; undefined for any other, and for one that is not whole. */
export function readProvenance(
  value: unknown,
  names: { cells: object; optimizers: object },
): MnistProvenance | undefined {
  if (!isRecord(value) || value.task !== 'mnist') return undefined
  const { data, options, versions, history } = value
  const isWhole =
    isRecord(data) &&
    ['mnist', 'mnist-embedded'].includes(String(data.name)) &&
    typeof data.verified === 'boolean' &&
    [data.trainSamples, data.testSamples].every(isCount) &&
    Array.isArray(data.sha256) &&
    data.sha256.every((sum) => typeof sum === 'string' && /^[0-9a-f]{64}$/.test(sum)) &&
    (data.folder === null || typeof data.folder === 'string') &&
    isRecord(options) &&
    [options.units, options.batchSize, options.epochs, options.limit ?? 1].every(isCount) &&
    isFrom(0, options.dropout) &&
    Number(options.dropout) < 1 &&
    isFrom(Number.MIN_VALUE, options.learningRate) &&
    isFrom(0, options.seed) &&
    Number.isSafeInteger(options.seed) &&
    Object.hasOwn(names.cells, String(options.cell)) &&
    Object.hasOwn(names.optimizers, String(options.optimizer)) &&
    isRecord(versions) &&
    Object.values(versions).every((version) => typeof version === 'string') &&
    Array.isArray(history) &&
    history.every((record) => isRecord(record) && hasTypes(record, recordTypes))
  return isWhole ? (value as MnistProvenance) : undefined
}

const recordTypes = {
  epoch: 'number',
  loss: 'number',
  accuracy: 'number',
  valLoss: 'number',
  valAccuracy: 'number',
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0
const isFrom = (least: number, value: unknown): boolean => Number.isFinite(value) && Number(value) >= least

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function hasTypes(record: Record<string, unknown>, types: Readonly<Record<string, string>>): boolean {
  return Object.entries(types).every(([name, type]) => typeof record[name] === type)
}
