import { finite, positiveInteger } from '../config/options.ts'
import { binaryCrossentropy as binaryLoss } from '../losses/binaryCrossentropy.ts'
import {
  CROSSENTROPY,
  type CrossentropyOptions,
  categoricalCrossentropy as categoricalLoss,
} from '../losses/categoricalCrossentropy.ts'
import { lastAxis } from '../losses/define.ts'
import * as losses from '../losses/index.ts'
import type { Loss } from '../losses/loss.ts'
import { SPARSE_CROSSENTROPY } from '../losses/sparseCategoricalCrossentropy.ts'
import { emitBinaryAccuracy, emitCategoricalAccuracy } from './accuracy.ts'
import { defineMetric, meanOf } from './define.ts'
import type { Metric } from './metric.ts'
import { argmax } from './rows.ts'

// Metrics that are the mean over rows and steps of one figure each.

const lossMetric = (className: string, loss: Loss, keras?: string) =>
  defineMetric({ className, keras, make: () => meanOf(loss) })

/** (p − y)². */
export const meanSquaredError = lossMetric('MeanSquaredError', losses.meanSquaredError())
/** |p − y|. */
export const meanAbsoluteError = lossMetric('MeanAbsoluteError', losses.meanAbsoluteError())
/** 100 · |y − p| / |y|. */
export const meanAbsolutePercentageError = lossMetric(
  'MeanAbsolutePercentageError',
  losses.meanAbsolutePercentageError(),
)
/** (log(1 + p) − log(1 + y))². */
export const meanSquaredLogarithmicError = lossMetric(
  'MeanSquaredLogarithmicError',
  losses.meanSquaredLogarithmicError(),
)
/** log cosh(p − y). */
export const logCoshError = lossMetric('LogCoshError', losses.logCosh(), 'logcosh')
/** Σ y log(y / p). */
export const klDivergence = lossMetric('KLDivergence', losses.klDivergence(), 'kl_divergence')
/** p − y log p. */
export const poisson = lossMetric('Poisson', losses.poisson())
/** max(1 − y · p, 0). */
export const hinge = lossMetric('Hinge', losses.hinge())
/** max(1 − y · p, 0)². */
export const squaredHinge = lossMetric('SquaredHinge', losses.squaredHinge())
/** max(max((1 − y) · p) − Σ y · p + 1, 0). */
export const categoricalHinge = lossMetric('CategoricalHinge', losses.categoricalHinge())

/** √ of the mean of (p − y)². */
export const rootMeanSquaredError = defineMetric({
  className: 'RootMeanSquaredError',
  make: () => ({ ...meanOf(losses.meanSquaredError()), finish: Math.sqrt, isMaskless: true }),
})

/** Σ y · p over the last axis, both of length 1: 1 where they point the same way. The loss of this name is its negative. */
export const cosineSimilarity = defineMetric<losses.CosineSimilarityOptions>({
  className: 'CosineSimilarity',
  checks: { axis: lastAxis },
  defaults: { axis: -1 },
  forgotten: ['axis'],
  make: () => ({ ...meanOf(losses.cosineSimilarity()), finish: (mean) => -mean }),
})

const { axis: _, ...binaryChecks } = CROSSENTROPY.checks

/** −y log p − (1 − y) log(1 − p). */
export const binaryCrossentropy = defineMetric<Omit<CrossentropyOptions, 'axis'>>({
  className: 'BinaryCrossentropy',
  checks: binaryChecks,
  defaults: { fromLogits: false, labelSmoothing: 0 },
  make: (options) => meanOf(binaryLoss(options)),
})

/** −Σ y log p. */
export const categoricalCrossentropy = defineMetric<CrossentropyOptions>({
  className: 'CategoricalCrossentropy',
  ...CROSSENTROPY,
  make: (options) => meanOf(categoricalLoss(options)),
})

/** −log p of the right class. */
export const sparseCategoricalCrossentropy = defineMetric<losses.SparseCrossentropyOptions>({
  className: 'SparseCategoricalCrossentropy',
  ...SPARSE_CROSSENTROPY,
  make: (options) => ({
    labels: 'classes',
    ...meanOf(losses.sparseCategoricalCrossentropy(options)),
    ...(options.ignoreClass === null ? {} : { skips: ignores(options.ignoreClass) }),
  }),
})

/** A label that is this class; one that is none of the N can be no other. As in Keras, it counts as 0 without weights. */
function ignores(ignoreClass: number): Metric['skips'] {
  return (labels, from, N) => {
    const label = argmax(labels, from, N)
    return label === ignoreClass || labels[from + label] === 0
  }
}

// ---- accuracies

/** Share of entries that equal their label. The name 'accuracy' means another: that of the right answers. */
export const accuracy = defineMetric({
  className: 'Accuracy',
  make: () => ({
    value: (labels, predictions, from, N) => {
      let right = 0
      for (let i = from; i < from + N; i++) if (labels[i] === predictions[i]) right++
      return right / N
    },
  }),
})

export interface BinaryAccuracyOptions {
  /** What is above it counts as 1. Default 0.5. */
  threshold?: number
}

/** Share of entries on their label's side of the threshold. */
export const binaryAccuracy = defineMetric<BinaryAccuracyOptions>({
  className: 'BinaryAccuracy',
  checks: { threshold: finite },
  defaults: { threshold: 0.5 },
  make: ({ threshold }) => ({
    emit: (builder, predictions, labels) => emitBinaryAccuracy(builder, predictions, labels, threshold),
  }),
})

/** Share of rows whose largest prediction is that of the right class. */
export const categoricalAccuracy = defineMetric({
  className: 'CategoricalAccuracy',
  make: () => ({ emit: emitCategoricalAccuracy }),
})

/** Share of rows whose largest prediction is that of the right class, for integer labels. */
export const sparseCategoricalAccuracy = defineMetric({
  className: 'SparseCategoricalAccuracy',
  make: () => ({ labels: 'classes', emit: emitCategoricalAccuracy }),
})

export interface TopKOptions {
  /** So many predictions may be larger or equal, the right one included. Default 5. */
  k?: number
}

const topK = (className: string, labels?: 'classes') =>
  defineMetric<TopKOptions>({
    className,
    checks: { k: positiveInteger },
    defaults: { k: 5 },
    make: ({ k }) => ({
      labels,
      value: (labels, predictions, from, N) => isInTopK(predictions, from, N, argmax(labels, from, N), k),
    }),
  })

/** Share of rows whose right class is among the k largest predictions; equals count as inside. */
export const topKCategoricalAccuracy = topK('TopKCategoricalAccuracy')
/** The same for integer labels. */
export const sparseTopKCategoricalAccuracy = topK('SparseTopKCategoricalAccuracy', 'classes')

/** As TensorFlow has it: nothing is in the top k of predictions that are not finite. */
function isInTopK(predictions: Float32Array, from: number, N: number, label: number, k: number): number {
  const own = predictions[from + label]
  let larger = 0
  for (let i = from; i < from + N; i++) {
    if (!Number.isFinite(predictions[i])) return 0
    if (predictions[i] > own) larger++
  }
  return larger < k ? 1 : 0
}

// ---- correlations

export interface CorrelationOptions {
  /** −1: along the last axis, the only one supported. */
  axis?: -1
}

const several: (axes: number, N: number) => string | null = (_axes, N) =>
  N > 1 ? null : 'more than one output: the correlation is that of the outputs of a row'

/** Pearson's correlation of labels and predictions along the last axis. */
export const pearsonCorrelation = defineMetric<CorrelationOptions>({
  className: 'PearsonCorrelation',
  checks: { axis: lastAxis },
  defaults: { axis: -1 },
  make: () => ({
    check: several,
    value: (labels, predictions, from, N) => {
      const y = momentsOf(labels, from, N)
      const p = momentsOf(predictions, from, N)
      let sum = 0
      for (let i = from; i < from + N; i++) sum += (labels[i] - y.mean) * (predictions[i] - p.mean)
      return sum / N / Math.sqrt(y.variance * p.variance)
    },
  }),
})

/** Lin's concordance correlation along the last axis, with the covariance that Keras takes: around the predictions' mean. */
export const concordanceCorrelation = defineMetric<CorrelationOptions>({
  className: 'ConcordanceCorrelation',
  checks: { axis: lastAxis },
  defaults: { axis: -1 },
  make: () => ({
    check: several,
    value: (labels, predictions, from, N) => {
      const y = momentsOf(labels, from, N)
      const p = momentsOf(predictions, from, N)
      let sum = 0
      for (let i = from; i < from + N; i++) sum += (labels[i] - p.mean) * (predictions[i] - p.mean)
      return (2 * sum) / N / (y.variance + p.variance + (y.mean - p.mean) ** 2 + 1e-7)
    },
  }),
})

function momentsOf(x: Float32Array, from: number, N: number): { mean: number; variance: number } {
  let sum = 0
  for (let i = from; i < from + N; i++) sum += x[i]
  const mean = sum / N
  let squares = 0
  for (let i = from; i < from + N; i++) squares += (x[i] - mean) ** 2
  return { mean, variance: squares / N }
}
