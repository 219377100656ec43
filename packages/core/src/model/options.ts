import {
  boolean,
  type Check,
  checkedLater,
  checkOptions,
  positiveInteger,
  seed,
  text,
} from '../config/options.ts'
import { sliceRows, type Tensor, type TensorLike } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import { type LossLike, resolveLoss } from '../losses/index.ts'
import { type MetricName, resolveMetric } from '../metrics/index.ts'
import { type OptimizerLike, resolveOptimizer } from '../optimizers/index.ts'
import { type Callback, checkCallbacks } from '../training/callbacks.ts'
import type { Compiled } from '../training/programs.ts'

export interface CompileOptions {
  /** Default 'rmsprop', as in Keras. */
  optimizer?: OptimizerLike
  loss: LossLike
  metrics?: readonly MetricName[]
}

const COMPILE_NOT_YET = {
  lossWeights: null,
  weightedMetrics: null,
  runEagerly: false,
  stepsPerExecution: 1,
  jitCompile: false,
}

export function readCompileOptions(options: CompileOptions): Compiled {
  const where = 'model.compile'
  checkOptions(
    {
      where,
      options: { optimizer: checkedLater, loss: checkedLater, metrics: isList },
      notYet: COMPILE_NOT_YET,
    },
    options,
  )
  if (options.loss === undefined) throw new OptionError(`${where}: option 'loss' is missing`)
  return {
    optimizer: resolveOptimizer(options.optimizer ?? 'rmsprop', `${where}, optimizer`),
    loss: resolveLoss(options.loss, `${where}, loss`),
    metrics: (options.metrics ?? []).map((metric) => resolveMetric(metric, `${where}, metrics`)),
  }
}

export interface FitOptions {
  /** Total, before and after a resume. Default 1. */
  epochs?: number
  /** Samples an update. Default 32. */
  batchSize?: number
  /** Evaluated after every epoch: [x, y]. */
  validationData?: readonly [TensorLike, TensorLike]
  /** Instead: share of the samples, from their end and before shuffling, that is held out. */
  validationSplit?: number
  /** Draw a new order every epoch. Default true. */
  shuffle?: boolean
  /** Epochs that count as done. Default 0. */
  initialEpoch?: number
  callbacks?: readonly Callback[]
  /** When aborted, training finishes its batch and returns; nothing is lost. */
  signal?: AbortSignal
  /** Go on where this model, or its file, stopped: `model.position`. */
  resume?: boolean
}

const FIT_NOT_YET = {
  sampleWeight: null,
  classWeight: null,
  stepsPerEpoch: null,
  validationSteps: null,
  validationBatchSize: null,
  validationFreq: 1,
  verbose: 0,
}

export function checkFitOptions(options: FitOptions): void {
  const where = 'model.fit'
  const spec = {
    epochs: positiveInteger,
    batchSize: positiveInteger,
    validationData: isPair,
    validationSplit: isShare,
    shuffle: boolean,
    initialEpoch: isCount,
    callbacks: isList,
    signal: isSignal,
    resume: boolean,
  }
  checkOptions({ where, options: spec, notYet: FIT_NOT_YET }, options)
  checkCallbacks(where, options.callbacks ?? [])
  if (options.validationData && options.validationSplit) {
    throw new OptionError(`${where}: give either validationData or validationSplit, not both`)
  }
}

export interface PredictOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number
  /** When aborted, the call rejects with the signal's reason. */
  signal?: AbortSignal
}

export function checkPredictOptions(where: string, options: PredictOptions): void {
  const notYet = { verbose: 0, steps: null, sampleWeight: null, callbacks: null }
  checkOptions({ where, options: { batchSize: positiveInteger, signal: isSignal }, notYet }, options)
}

export interface ExplainOptions {
  /** What is explained: one training step, or one prediction. Default: training if the model is compiled. */
  program?: 'training' | 'prediction'
  /** Default 32. */
  batchSize?: number
  /** Time steps, where the model leaves their number open. */
  time?: number
}

export function checkExplainOptions(options: ExplainOptions): void {
  const isProgram: Check = (value) =>
    value === 'training' || value === 'prediction' ? null : "'training' or 'prediction'"
  checkOptions(
    {
      where: 'model.explain',
      options: { program: isProgram, batchSize: positiveInteger, time: positiveInteger },
    },
    options,
  )
}

export const isEngine: Check = (value) =>
  typeof (value as Engine | null)?.open === 'function' ? null : 'an engine, e.g. wasm() or reference()'

export const MODEL_CHECKS = { name: text, seed, engine: isEngine }

/** The part to train on and the part held out: the last `share` of the samples, as Keras does it. */
export function splitValidation(
  x: Tensor,
  y: Tensor,
  share: number,
): { training: [Tensor, Tensor]; validation: [Tensor, Tensor] } {
  const samples = x.shape[0]
  const kept = Math.floor(samples * (1 - share))
  if (kept === 0 || kept === samples) {
    throw new DataError(
      `validationSplit ${share} of ${samples} samples leaves ${kept} to train on and ${samples - kept} to validate; both must be at least 1`,
    )
  }
  return {
    training: [sliceRows(x, 0, kept), sliceRows(y, 0, kept)],
    validation: [sliceRows(x, kept, samples - kept), sliceRows(y, kept, samples - kept)],
  }
}

const isList: Check = (value) => (Array.isArray(value) ? null : 'an array')
const isPair: Check = (value) => (Array.isArray(value) && value.length === 2 ? null : 'a pair [x, y]')
const isShare: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? null : 'a number from 0 up to, but not including, 1'
const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a whole number of at least 0'
const isSignal: Check = (value) => (value instanceof AbortSignal ? null : 'an AbortSignal')
