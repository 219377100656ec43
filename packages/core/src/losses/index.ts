export { binaryCrossentropy } from './binaryCrossentropy.ts'
export { type CrossentropyOptions, categoricalCrossentropy } from './categoricalCrossentropy.ts'
export {
  categoricalGeneralizedCrossEntropy,
  type GeneralizedCrossEntropyOptions,
} from './categoricalGeneralizedCrossEntropy.ts'
export { type CosineSimilarityOptions, cosineSimilarity } from './cosineSimilarity.ts'
export { ctc } from './ctc.ts'
export type { LossOptions } from './define.ts'
export { meanAbsoluteError, meanSquaredError } from './errors.ts'
export {
  type BinaryFocalOptions,
  binaryFocalCrossentropy,
  type CategoricalFocalOptions,
  categoricalFocalCrossentropy,
} from './focal.ts'
export { categoricalHinge, hinge, squaredHinge } from './hinge.ts'
export { type HuberOptions, huber } from './huber.ts'
export { klDivergence } from './klDivergence.ts'
export { logCosh } from './logCosh.ts'
export type { Loss, Reduction } from './loss.ts'
export { meanAbsolutePercentageError } from './meanAbsolutePercentageError.ts'
export { meanSquaredLogarithmicError } from './meanSquaredLogarithmicError.ts'
export { type DiceOptions, dice, type TverskyOptions, tversky } from './overlap.ts'
export { poisson } from './poisson.ts'
export { type QuantileOptions, quantile } from './quantile.ts'
export type { LossLike, LossName } from './resolve.ts'
export {
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './sparseCategoricalCrossentropy.ts'
