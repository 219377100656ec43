import { activation } from './activation.ts'
import { elu, leakyReLU, prelu, reLU, softmax } from './advancedActivations.ts'
import { additiveAttention, attention } from './attention.ts'
import { batchNormalization } from './batchNormalization.ts'
import { bidirectional } from './bidirectional.ts'
import { conv1d, separableConv1d } from './conv1d.ts'
import { dense } from './dense.ts'
import { dropout } from './dropout.ts'
import { embedding } from './embedding.ts'
import { flatten } from './flatten.ts'
import { gru } from './gru.ts'
import type { Layer, LayerClasses } from './layer.ts'
import { layerNormalization } from './layerNormalization.ts'
import { lstm } from './lstm.ts'
import { masking } from './masking.ts'
import { add, average, concatenate, dot, maximum, minimum, multiply, subtract } from './merge.ts'
import { gaussianDropout, gaussianNoise, spatialDropout1d } from './noise.ts'
import { normalization, rescaling } from './normalization.ts'
import { averagePooling1d, globalAveragePooling1d, globalMaxPooling1d, maxPooling1d } from './pooling.ts'
import { cropping1d, permute, repeatVector, reshape, upSampling1d, zeroPadding1d } from './reshaping.ts'
import { rnn } from './rnn.ts'
import { simpleRNN } from './simpleRnn.ts'
import { timeDistributed } from './timeDistributed.ts'

/** Layer classes that a file may name. Nothing else is ever made out of a file. */
export const LAYER_CLASSES: LayerClasses = new Map<string, (options: never) => Layer>([
  ['Activation', activation],
  ['Add', add],
  ['AdditiveAttention', additiveAttention],
  ['Attention', attention],
  ['Average', average],
  ['AveragePooling1D', averagePooling1d],
  ['BatchNormalization', batchNormalization],
  ['Concatenate', concatenate],
  ['Conv1D', conv1d],
  ['Cropping1D', cropping1d],
  ['Bidirectional', bidirectional],
  ['Dense', dense],
  ['Dot', dot],
  ['Dropout', dropout],
  ['ELU', elu],
  ['Embedding', embedding],
  ['Flatten', flatten],
  ['GaussianDropout', gaussianDropout],
  ['GaussianNoise', gaussianNoise],
  ['GlobalAveragePooling1D', globalAveragePooling1d],
  ['GlobalMaxPooling1D', globalMaxPooling1d],
  ['GRU', gru],
  ['LayerNormalization', layerNormalization],
  ['LeakyReLU', leakyReLU],
  ['LSTM', lstm],
  ['Masking', masking],
  ['MaxPooling1D', maxPooling1d],
  ['Maximum', maximum],
  ['Minimum', minimum],
  ['Multiply', multiply],
  ['Normalization', normalization],
  ['Permute', permute],
  ['PReLU', prelu],
  ['ReLU', reLU],
  ['RepeatVector', repeatVector],
  ['Rescaling', rescaling],
  ['Reshape', reshape],
  ['SeparableConv1D', separableConv1d],
  ['SimpleRNN', simpleRNN],
  ['Softmax', softmax],
  ['SpatialDropout1D', spatialDropout1d],
  ['Subtract', subtract],
  ['UpSampling1D', upSampling1d],
  ['ZeroPadding1D', zeroPadding1d],
  ['RNN', rnn],
  ['TimeDistributed', timeDistributed],
])
