export { type ActivationOptions, activation } from './activation.ts'
export type { ActivationName } from './activationOption.ts'
export {
  type ELUOptions,
  elu,
  type LeakyReLUOptions,
  leakyReLU,
  type PReLUOptions,
  prelu,
  type ReLUOptions,
  reLU,
  type SoftmaxOptions,
  softmax,
} from './advancedActivations.ts'
export {
  type AdditiveAttentionOptions,
  type AttentionOptions,
  additiveAttention,
  attention,
} from './attention.ts'
export { type BatchNormalizationOptions, batchNormalization } from './batchNormalization.ts'
export { type BidirectionalOptions, bidirectional, type MergeMode } from './bidirectional.ts'
export type { Cell, CellStep } from './cells/cell.ts'
export { type GruCellOptions, gruCell } from './cells/gruCell.ts'
export { type LstmCellOptions, lstmCell } from './cells/lstmCell.ts'
export type { CellOptions } from './cells/options.ts'
export { simpleRNNCell } from './cells/simpleRnnCell.ts'
export { type StackedRnnCellsOptions, stackedRNNCells } from './cells/stackedRnnCells.ts'
export { type Conv1dOptions, conv1d, type SeparableConv1dOptions, separableConv1d } from './conv1d.ts'
export { type DenseOptions, dense } from './dense.ts'
export { type DropoutOptions, dropout } from './dropout.ts'
export { type EmbeddingOptions, embedding } from './embedding.ts'
export { flatten } from './flatten.ts'
export { type GruOptions, gru } from './gru.ts'
export type { LayerOptions } from './layer.ts'
export { type LayerNormalizationOptions, layerNormalization } from './layerNormalization.ts'
export { type LstmOptions, lstm } from './lstm.ts'
export { type MaskingOptions, masking } from './masking.ts'
export {
  add,
  average,
  type ConcatenateOptions,
  concatenate,
  type DotOptions,
  dot,
  maximum,
  minimum,
  multiply,
  subtract,
} from './merge.ts'
export {
  type GaussianDropoutOptions,
  type GaussianNoiseOptions,
  gaussianDropout,
  gaussianNoise,
  type SpatialDropout1dOptions,
  spatialDropout1d,
} from './noise.ts'
export {
  type Normalization,
  type NormalizationOptions,
  normalization,
  type RescalingOptions,
  rescaling,
} from './normalization.ts'
export {
  type AveragePooling1dOptions,
  averagePooling1d,
  type GlobalPooling1dOptions,
  globalAveragePooling1d,
  globalMaxPooling1d,
  maxPooling1d,
  type Pooling1dOptions,
} from './pooling.ts'
export {
  type Cropping1dOptions,
  cropping1d,
  type PermuteOptions,
  permute,
  type RepeatVectorOptions,
  type ReshapeOptions,
  repeatVector,
  reshape,
  type UpSampling1dOptions,
  upSampling1d,
  type ZeroPadding1dOptions,
  zeroPadding1d,
} from './reshaping.ts'
export { type RnnOptions, rnn } from './rnn.ts'
export { type SimpleRnnOptions, simpleRNN } from './simpleRnn.ts'
export { type TimeDistributedOptions, timeDistributed } from './timeDistributed.ts'
