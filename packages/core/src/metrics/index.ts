export { type AucOptions, auc } from './auc.ts'
export type { MetricOptions } from './define.ts'
export {
  type BinaryIoUOptions,
  binaryIoU,
  type IoUOptions,
  iou,
  type MeanIoUOptions,
  meanIoU,
  oneHotIoU,
  oneHotMeanIoU,
} from './iou.ts'
export {
  accuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  binaryCrossentropy,
  type CorrelationOptions,
  categoricalAccuracy,
  categoricalCrossentropy,
  categoricalHinge,
  concordanceCorrelation,
  cosineSimilarity,
  hinge,
  klDivergence,
  logCoshError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  pearsonCorrelation,
  poisson,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
  sparseTopKCategoricalAccuracy,
  squaredHinge,
  type TopKOptions,
  topKCategoricalAccuracy,
} from './means.ts'
export type { Metric } from './metric.ts'
export type { MetricLike, MetricName } from './resolve.ts'
export {
  type F1ScoreOptions,
  type FBetaScoreOptions,
  f1Score,
  fBetaScore,
  type R2ScoreOptions,
  r2Score,
} from './scores.ts'
export {
  falseNegatives,
  falsePositives,
  type PrecisionOptions,
  precision,
  precisionAtRecall,
  recall,
  recallAtPrecision,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
  type ThresholdOptions,
  trueNegatives,
  truePositives,
} from './thresholds.ts'
