import {
  boolean,
  type Check,
  checkedLater,
  checkOptions,
  finite,
  orNull,
  positiveInteger,
  seed,
  show,
  text,
} from '../config/options.ts'
import type { Engine } from '../engines/engine.ts'
import { OptionError } from '../errors.ts'
import { type LossLike, resolveLoss } from '../losses/resolve.ts'
import type { Metric } from '../metrics/metric.ts'
import { type MetricLike, resolveMetric } from '../metrics/resolve.ts'
import { type OptimizerLike, resolveOptimizer } from '../optimizers/index.ts'
import { type Callback, checkCallbacks } from '../training/callbacks.ts'
import type { ClassWeight } from '../training/classWeights.ts'
import type { Inputs } from '../training/inputs.ts'
import type { SampleWeights, Targets } from '../training/labels.ts'
import type { Compiled, PerOutput } from '../training/objectives.ts'
import { type BatchSource, isBatchSource } from '../training/sources.ts'
import { eachOutput } from './config.ts'
import { oneWeighting } from './weighting.ts'

export interface CompileOptions {
  /** Default 'rmsprop', as in Keras. */
  optimizer?: OptimizerLike
  /** One for all outputs, or one for each: in a list, or by the output's name; null for an output without. */
  loss?: LossLike | readonly (LossLike | null)[] | Readonly<Record<string, LossLike | null>>
  /** What each output's loss counts for in the total: in a list, or by name. Default 1. */
  lossWeights?: readonly number[] | Readonly<Record<string, number>> | null
  /** Of the only output a list; of several a list of lists, or by name. */
  metrics?: MetricsLike
  /** The same, with sample weights taken into account. */
  weightedMetrics?: MetricsLike | null
}

type MetricsLike =
  | readonly (MetricLike | readonly MetricLike[])[]
  | Readonly<Record<string, MetricLike | readonly MetricLike[]>>

const COMPILE_NOT_YET = {
  runEagerly: false,
  stepsPerExecution: 1,
  jitCompile: false,
  autoScaleLoss: true,
}

export function readCompileOptions(options: CompileOptions): Compiled {
  const where = 'model.compile'
  const perOutput: Check = (value) =>
    typeof value === 'object' && value !== null ? null : 'a list, or an object by output names'
  checkOptions(
    {
      where,
      options: {
        optimizer: checkedLater,
        loss: checkedLater,
        lossWeights: orNull(perOutput),
        metrics: orNull(perOutput),
        weightedMetrics: orNull(perOutput),
      },
      notYet: COMPILE_NOT_YET,
    },
    options,
  )
  const { optimizer = 'rmsprop', loss, lossWeights = null, metrics, weightedMetrics } = options
  if (loss === undefined || loss === null) throw new OptionError(`${where}: option 'loss' is missing`)
  const one = (like: unknown) => (like === null ? null : resolveLoss(like, `${where}, loss`))
  const losses = isPerOutput(loss) ? eachOutput(loss, one) : resolveLoss(loss, `${where}, loss`)
  for (const weight of Object.values(lossWeights ?? {})) {
    const expected = finite(weight)
    if (expected)
      throw new OptionError(`${where}: each of lossWeights must be ${expected}; got ${show(weight)}`)
  }
  return {
    optimizer: resolveOptimizer(optimizer, `${where}, optimizer`),
    loss: losses,
    lossWeights,
    metrics: readMetrics(metrics, `${where}, metrics`),
    weightedMetrics: readMetrics(weightedMetrics, `${where}, weightedMetrics`),
  }
}

function readMetrics(given: unknown, where: string): Compiled['metrics'] {
  const one = (like: unknown): Metric | readonly Metric[] =>
    Array.isArray(like) ? like.map((each) => resolveMetric(each, where)) : resolveMetric(like, where)
  return eachOutput((given ?? []) as PerOutput<unknown>, one)
}

/** A list or an object of plain entries, rather than something made by losses.…() */
function isPerOutput(given: unknown): given is PerOutput<unknown> {
  return (
    typeof given === 'object' &&
    given !== null &&
    typeof (given as { className?: unknown }).className !== 'string'
  )
}

export interface FitOptions {
  /** Total, before and after a resume. Default 1. */
  epochs?: number
  /** Samples an update. Default 32. */
  batchSize?: number
  /** What each sample [samples], or each of its steps [samples, T], counts for in the loss; for several outputs a list, or by name. */
  sampleWeight?: SampleWeights
  /**
   * Instead, by class: what the samples of a class count for, `{ 0: 1, 3: 5 }`; those not named count 1. For a model of
   * one output, with one label a sample. Validation counts all alike.
   */
  classWeight?: ClassWeight | null
  /** Evaluated after every epoch: [x, y], [x, y, sampleWeight], or a source of such batches. */
  validationData?: readonly [Inputs, Targets, SampleWeights?] | BatchSource
  /** Instead: share of the samples, from their end and before shuffling, that is held out. */
  validationSplit?: number
  /** Batches of the validation data, where they come from a source. Default: all. */
  validationSteps?: number | null
  /** Default: batchSize. */
  validationBatchSize?: number | null
  /** Validate after every so many epochs, or after these, counted from 1. Default 1. */
  validationFreq?: number | readonly number[]
  /** Batches of an epoch, where they come from a source, which then goes on from epoch to epoch. Default: until its end. */
  stepsPerEpoch?: number | null
  /** Draw a new order every epoch. Default true. */
  shuffle?: boolean
  /**
   * Where sequences differ in length: fill batches with sequences of nearly the same length, so that less is padded.
   * Default false: batches as they are drawn, padded to their longest.
   */
  bucketByLength?: boolean
  /** Epochs that count as done. Default 0. */
  initialEpoch?: number
  callbacks?: readonly Callback[]
  /** When aborted, training finishes its batch and returns; nothing is lost. */
  signal?: AbortSignal
  /** Go on where this model, or its file, stopped: `model.position`. */
  resume?: boolean
}

const FIT_NOT_YET = { verbose: 0 }

export function checkFitOptions(options: FitOptions): void {
  const where = 'model.fit'
  const spec = {
    epochs: positiveInteger,
    batchSize: positiveInteger,
    sampleWeight: checkedLater,
    classWeight: checkedLater,
    validationData: (value: unknown) => (isBatchSource(value) ? null : isPair(value)),
    validationSteps: orNull(positiveInteger),
    validationBatchSize: orNull(positiveInteger),
    validationFreq: isEpochs,
    stepsPerEpoch: orNull(positiveInteger),
    bucketByLength: boolean,
    validationSplit: isShare,
    shuffle: boolean,
    initialEpoch: isCount,
    callbacks: isList,
    signal: isSignal,
    resume: boolean,
  }
  checkOptions({ where, options: spec, notYet: FIT_NOT_YET }, options)
  checkCallbacks(where, options.callbacks ?? [])
  oneWeighting(where, options)
  if (options.validationData && options.validationSplit) {
    throw new OptionError(`${where}: give either validationData or validationSplit, not both`)
  }
}

export interface PredictOptions {
  /** Samples at a time. Default 32. */
  batchSize?: number
  /** Batches, where they come from a source. Default: until its end. */
  steps?: number | null
  callbacks?: readonly Callback[]
  /** When aborted, the call rejects with the signal's reason. */
  signal?: AbortSignal
}

export interface EvaluateOptions extends PredictOptions {
  /** As for `fit`. */
  sampleWeight?: SampleWeights
}

export function checkPredictOptions(
  where: string,
  options: PredictOptions,
  more: Readonly<Record<string, Check>> = {},
): void {
  const checks = {
    batchSize: positiveInteger,
    steps: orNull(positiveInteger),
    callbacks: isList,
    signal: isSignal,
  }
  checkOptions({ where, options: { ...checks, ...more }, notYet: { verbose: 0 } }, options)
  checkCallbacks(where, options.callbacks ?? [])
}

export interface OnBatchOptions {
  /** As for `fit`. */
  sampleWeight?: SampleWeights
  /** As for `fit`. */
  classWeight?: ClassWeight | null
}

export interface ExplainOptions {
  /** What is explained: one training step, or one prediction. Default: training if the model is compiled. */
  program?: 'training' | 'prediction'
  /** Default 32. */
  batchSize?: number
  /** Time steps, where the model leaves their number open. */
  time?: number
}

export const isEngine: Check = (value) =>
  typeof (value as Engine | null)?.open === 'function' ? null : 'an engine, e.g. wasm() or reference()'

export const MODEL_CHECKS = { name: text, seed, engine: isEngine }

const isList: Check = (value) => (Array.isArray(value) ? null : 'an array')
const isPair: Check = (value) =>
  Array.isArray(value) && (value.length === 2 || value.length === 3)
    ? null
    : 'a pair [x, y], or [x, y, sampleWeight]'
const isEpochs: Check = (value) =>
  positiveInteger(value) === null || (Array.isArray(value) && value.every((epoch) => !positiveInteger(epoch)))
    ? null
    : 'a whole number greater than 0, or a list of them'
const isShare: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? null : 'a number from 0 up to, but not including, 1'
const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a whole number of at least 0'
const isSignal: Check = (value) => (value instanceof AbortSignal ? null : 'an AbortSignal')
