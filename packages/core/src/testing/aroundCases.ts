import * as layers from '../layers/index.ts'
import { casesOf, type LayerCase } from './layerCase.ts'

const VECTOR = [[3]]
const VECTORS = [[3], [3]]
const STEPS = [[4, 3]]
const SEQUENCE = [[null, 3]]
const SEQUENCES = [
  [null, 3],
  [null, 3],
]
/** Query and value, which is the key too: a key's bias would have no gradient, as it moves all scores alike. */
const ASKED = [
  [2, 3],
  [4, 3],
]

/** By class: the options under which the layers around the recurrent ones are checked. */
export const AROUND_CASES: Readonly<Record<string, readonly LayerCase[]>> = {
  Add: [...casesOf(layers.add, SEQUENCES, [{}]), ...casesOf(layers.add, VECTORS, [{}])],
  AdditiveAttention: casesOf(layers.additiveAttention, ASKED, [{}, { useScale: false }]),
  Attention: [
    ...casesOf(layers.attention, ASKED, [
      {},
      { useScale: true, scoreMode: 'concat' },
      { useCausalMask: true },
    ]),
    ...casesOf(layers.attention, SEQUENCES, [{}, { dropout: 0.3, seed: 5 }]),
  ],
  Average: casesOf(layers.average, SEQUENCES, [{}]),
  AveragePooling1D: casesOf(layers.averagePooling1d, STEPS, [
    { poolSize: 2 },
    { poolSize: 3, strides: 1, padding: 'same' },
  ]),
  BatchNormalization: [
    ...casesOf(layers.batchNormalization, SEQUENCE, [{}, { center: false, scale: false, momentum: 0.5 }]),
    ...casesOf(layers.batchNormalization, VECTOR, [{}]),
    ...casesOf(layers.batchNormalization, STEPS, [{ axis: 1 }]),
  ],
  Concatenate: [
    ...casesOf(layers.concatenate, SEQUENCES, [{}]),
    ...casesOf(layers.concatenate, [...STEPS, [2, 3]], [{ axis: 1 }]),
  ],
  Conv1D: [
    ...casesOf(layers.conv1d, SEQUENCE, [
      { filters: 4, kernelSize: 3, padding: 'causal' },
      { filters: 4, kernelSize: 2, padding: 'same', kernelRegularizer: 'l2', biasConstraint: 'nonNeg' },
    ]),
    ...casesOf(layers.conv1d, STEPS, [
      { filters: 3, kernelSize: 2, strides: 2, groups: 3, activation: 'gelu' },
    ]),
  ],
  Cropping1D: casesOf(layers.cropping1d, STEPS, [{}, { cropping: [0, 2] }]),
  Dot: [
    ...casesOf(layers.dot, VECTORS, [{ axes: 1 }, { axes: -1, normalize: true }]),
    ...casesOf(layers.dot, [...STEPS, [2, 3]], [{ axes: 2 }]),
  ],
  ELU: casesOf(layers.elu, SEQUENCE, [{}, { alpha: 0.5 }]),
  GaussianDropout: casesOf(layers.gaussianDropout, SEQUENCE, [{ rate: 0.3 }]),
  GaussianNoise: casesOf(layers.gaussianNoise, SEQUENCE, [{ stddev: 0.3 }, { stddev: 0.3, seed: 7 }]),
  GlobalAveragePooling1D: casesOf(layers.globalAveragePooling1d, SEQUENCE, [{}]),
  GlobalMaxPooling1D: casesOf(layers.globalMaxPooling1d, SEQUENCE, [{}]),
  LayerNormalization: [
    ...casesOf(layers.layerNormalization, SEQUENCE, [{}, { center: false, gammaInitializer: 'heNormal' }]),
    // as in Keras, means over steps take masked ones in
    ...casesOf(layers.layerNormalization, STEPS, [{ axis: [1, 2] }, { axis: 1 }], { ownMask: true }),
  ],
  LeakyReLU: casesOf(layers.leakyReLU, SEQUENCE, [{}]),
  Masking: casesOf(layers.masking, SEQUENCE, [{}, { maskValue: 1 }], { ownMask: true }),
  MaxPooling1D: casesOf(layers.maxPooling1d, STEPS, [{}, { poolSize: 3, strides: 2, padding: 'same' }]),
  Maximum: casesOf(layers.maximum, SEQUENCES, [{}]),
  Minimum: casesOf(layers.minimum, SEQUENCES, [{}]),
  Multiply: casesOf(layers.multiply, SEQUENCES, [{}]),
  Normalization: casesOf(layers.normalization, SEQUENCE, [
    { mean: [1, 2, 3], variance: [4, 5, 6] },
    { mean: 0.5, variance: 2, axis: null, invert: true },
  ]),
  Permute: casesOf(layers.permute, STEPS, [{ dims: [2, 1] }]),
  PReLU: [
    ...casesOf(layers.prelu, SEQUENCE, [{ sharedAxes: [1], alphaInitializer: 'randomNormal' }]),
    ...casesOf(layers.prelu, STEPS, [{}]),
  ],
  ReLU: casesOf(layers.reLU, SEQUENCE, [{}, { maxValue: 0.5, negativeSlope: 0.1, threshold: 0.1 }]),
  RepeatVector: casesOf(layers.repeatVector, VECTOR, [{ n: 4 }]),
  Rescaling: casesOf(layers.rescaling, SEQUENCE, [{ scale: 0.5 }, { scale: [1, 2, 3], offset: [0, 1, -1] }]),
  Reshape: casesOf(layers.reshape, STEPS, [{ targetShape: [2, -1] }]),
  SeparableConv1D: casesOf(layers.separableConv1d, STEPS, [
    { filters: 4, kernelSize: 2, depthMultiplier: 2 },
    { filters: 4, kernelSize: 3, padding: 'same', activation: 'silu' },
  ]),
  Softmax: casesOf(layers.softmax, STEPS, [{}, { axis: 1 }], { ownMask: true }),
  SpatialDropout1D: casesOf(layers.spatialDropout1d, SEQUENCE, [{ rate: 0.4 }]),
  Subtract: casesOf(layers.subtract, SEQUENCES, [{}]),
  UpSampling1D: casesOf(layers.upSampling1d, STEPS, [{}]),
  ZeroPadding1D: casesOf(layers.zeroPadding1d, STEPS, [{ padding: [0, 2] }]),
}
