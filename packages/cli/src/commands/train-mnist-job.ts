import { type Engine, loadModel } from '@carousel/core'
import { mnist } from '@carousel/datasets'
import { differenceOf, folderFrom, loadAgain } from '../data.ts'
import { defaultName } from '../default-name.ts'
import { Failure, UsageError } from '../errors.ts'
import type { TrainingReport } from '../report/training.ts'
import { defaultLearningRates, type MnistJob, mnistDefaults, mnistModel, originOf } from '../tasks/mnist.ts'
import type { Cell, MnistProvenance, OptimizerName } from '../tasks/mnist-provenance.ts'
import { versions } from '../version.ts'

export interface TrainOptions {
  epochs?: number
  batchSize?: number
  units?: number
  cell?: Cell
  optimizer?: OptimizerName
  learningRate?: number
  dropout?: number
  seed?: number
  limit?: number
  data?: string
  out?: string
  resume?: string
  threads?: number
  turbo?: boolean
  json?: boolean
  quiet?: boolean
}

interface Prepared {
  job: MnistJob
  out: string
}

/** A training from the beginning. */
export async function newJob(
  options: TrainOptions,
  engine: Engine,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<Prepared> {
  const { limit, data: folder } = options
  const data = await mnist.load({ data: folder, limit, signal, onProgress: downloading(report) })
  const optimizer = options.optimizer ?? mnistDefaults.optimizer
  const settings = {
    cell: options.cell ?? mnistDefaults.cell,
    units: options.units ?? mnistDefaults.units,
    dropout: options.dropout ?? mnistDefaults.dropout,
    optimizer,
    learningRate: options.learningRate ?? defaultLearningRates[optimizer],
    batchSize: options.batchSize ?? mnistDefaults.batchSize,
    epochs: options.epochs ?? mnistDefaults.epochs,
    seed: options.seed,
    limit: limit ?? null,
  }
  const model = mnistModel(settings, engine)
  const pictures = settings.epochs * data.train.labels.data.length
  const out =
    options.out ?? (await defaultName(`${data.source.name}-${settings.cell}`, pictures, engine, report.note))
  const job = {
    model,
    data,
    settings: { ...settings, seed: model.seed },
    history: [],
    dataFolder: folderFrom(out, data),
    versions,
  }
  return { job, out }
}

/** A training that goes on where its file stands. */
export async function resumedJob(
  options: TrainOptions,
  engine: Engine,
  report: TrainingReport,
  signal: AbortSignal,
): Promise<Prepared> {
  const file = options.resume ?? ''
  const model = await loadModel(file, { engine })
  const recorded = originOf(model)
  if (!recorded || !model.position) {
    throw new UsageError(
      `--resume ${file}: expected a file of 'carousel train mnist', received a model of another origin. ` +
        'Resume it with the library: fit(x, y, { resume: true }).',
    )
  }
  refuseDifferences(options, recorded)
  const arithmetic = await model.arithmetic()
  if (model.loadedArithmetic !== arithmetic) {
    report.note(
      `${file} was trained in ${model.loadedArithmetic} arithmetic, and this machine's is ${arithmetic}: ` +
        'training goes on soundly, but not with the same bits.',
    )
  }
  const epochs = options.epochs ?? recorded.options.epochs
  if (epochs < model.position.epoch) {
    throw new UsageError(
      `--epochs ${epochs}: expected at least ${model.position.epoch}, which ${file} has done already: --epochs counts all epochs.`,
    )
  }

  const { data: folder, out = file } = options
  const limit = recorded.options.limit ?? undefined
  const data = await loadAgain(recorded.data, file, {
    data: folder,
    limit,
    signal,
    onProgress: downloading(report),
  })
  const difference = differenceOf(recorded.data, data)
  if (difference !== undefined) {
    const Kind = folder === undefined ? Failure : UsageError
    throw new Kind(`--resume ${file}: ${difference}. Name a folder with the same data: --data DIR`)
  }
  const settings = { ...recorded.options, epochs }
  const { history } = recorded
  return { job: { model, data, settings, history, dataFolder: folderFrom(out, data), versions }, out }
}

/** What the file decides may be repeated on the command line, but not changed. */
function refuseDifferences(options: TrainOptions, { options: recorded, data }: MnistProvenance): void {
  const fixed: [flag: string, given: unknown, inFile: unknown][] = [
    ['--cell', options.cell, recorded.cell],
    ['--units', options.units, recorded.units],
    ['--dropout', options.dropout, recorded.dropout],
    ['--optimizer', options.optimizer, recorded.optimizer],
    ['--learning-rate', options.learningRate, recorded.learningRate],
    ['--batch-size', options.batchSize, recorded.batchSize],
    ['--seed', options.seed, recorded.seed],
    ['--limit', options.limit, recorded.limit ?? data.trainSamples],
  ]
  const differing = fixed.filter(([, given, inFile]) => given !== undefined && given !== inFile)
  if (differing.length === 0) return
  const list = differing.map(([flag, given, inFile]) => `${flag} ${inFile}, received ${given}`).join('; ')
  throw new UsageError(
    `--resume goes on with what is in the file: expected ${list}. Leave the option out, or train anew without --resume.`,
  )
}

const downloading =
  (report: TrainingReport): NonNullable<mnist.MnistOptions['onProgress']> =>
  ({ received, total }) =>
    report.downloading(received, total)
