// Layers with options drawn at random, by Keras's class.

import type { Layer, Shape } from '@carousel/core'
import { has, make, makeWithout } from './families.ts'
import type { Random } from './random.ts'

/** What a kind of layer takes, and how its options are drawn for an input of this shape. */
interface Kind {
  readonly takes: 'vector' | 'sequence' | 'any'
  /** Needs the number of steps, and at least so many. */
  readonly steps?: number
  /** Tensors of one shape that it takes together. */
  readonly inputs?: number
  options(random: Random, shape: Shape): Options
}

type Options = Record<string, unknown>

const none = () => ({})
const size = (random: Random) => random.whole(2, 5)
const stepsOf = (shape: Shape) => Number(shape[0])
const widthOf = (shape: Shape) => Number(shape.at(-1))

/** Each entry with some probability, so that defaults are drawn as well. */
function some(random: Random, options: Options, share = 0.3): Options {
  return Object.fromEntries(Object.entries(options).filter(() => random.chance(share)))
}

const INITIALIZERS = ['zeros', 'ones', 'heNormal', 'orthogonal', 'lecunUniform'] as const
const CELL_ACTIVATIONS = ['tanh', 'sigmoid', 'relu', 'linear'] as const
const ACTIVATIONS =
  'celu elu exponential gelu glu hardShrink hardSigmoid hardSilu hardTanh leakyRelu linear logSigmoid logSoftmax mish relu relu6 selu sigmoid silu softmax softplus softShrink softsign sparsePlus sparseSigmoid squareplus swish tanh tanhShrink'.split(
    ' ',
  )
/** Of those the ones that may follow any layer without numbers that run away. */
const TAME = ACTIVATIONS.filter((name) => !['exponential', 'glu'].includes(name))

const regularizer = (random: Random) => make('regularizers', random.pick(['l1', 'l2', 'l1l2']), {})
const constraint = (random: Random) =>
  make('constraints', random.pick(['maxNorm', 'nonNeg', 'unitNorm', 'minMaxNorm']), {})

/** Options of a layer's weights. */
function weights(random: Random, ...names: string[]): Options {
  return Object.assign(
    {},
    ...names.map((name) => ({
      ...some(random, { [`${name}Initializer`]: random.pick(INITIALIZERS.slice(0, 3)) }, 0.2),
      ...some(random, { [`${name}Regularizer`]: regularizer(random) }, 0.15),
      ...some(random, { [`${name}Constraint`]: constraint(random) }, 0.08),
    })),
  )
}

/** What cells and recurrent layers have in common. */
function cell(random: Random, className: string): Options {
  return {
    units: size(random),
    ...some(random, { activation: random.pick(CELL_ACTIVATIONS), useBias: false }),
    ...weights(random, 'kernel', 'recurrent', 'bias'),
    ...(className !== 'SimpleRNN' && some(random, { recurrentActivation: random.pick(CELL_ACTIVATIONS) })),
    ...(className === 'LSTM' && some(random, { unitForgetBias: false })),
    ...(className === 'GRU' && some(random, { resetAfter: false })),
  }
}

const direction = (random: Random) =>
  some(random, { returnSequences: true, goBackwards: true, zeroOutputForMask: true, unroll: true }, 0.4)

function recurrent(className: string): Kind {
  return { takes: 'sequence', options: (random) => ({ ...cell(random, className), ...direction(random) }) }
}

const CELLS = ['LSTM', 'GRU', 'SimpleRNN'] as const

function windows(random: Random, shape: Shape): Options {
  const isLong = shape[0] !== null && stepsOf(shape) >= 3
  return { padding: isLong ? random.pick(['same', 'valid']) : 'same' }
}

function convolution(random: Random, shape: Shape): Options {
  return {
    filters: size(random),
    kernelSize: 2,
    ...windows(random, shape),
    ...random.pick([{}, { strides: 2 }, { dilationRate: 2 }]),
    ...some(random, { activation: random.pick(CELL_ACTIVATIONS), useBias: false }),
  }
}

const normalized = (random: Random) => some(random, { center: false, scale: false, epsilon: 0.01 })

const ALL: Readonly<Record<string, Kind>> = {
  Activation: { takes: 'any', options: (random) => ({ activation: random.pick(TAME) }) },
  Add: { takes: 'any', inputs: 2, options: none },
  AdditiveAttention: {
    takes: 'sequence',
    inputs: 2,
    options: (random) => some(random, { useScale: false }),
  },
  Attention: {
    takes: 'sequence',
    inputs: 2,
    options: (random) => some(random, { useScale: true, scoreMode: 'concat' }),
  },
  Average: { takes: 'any', inputs: 2, options: none },
  AveragePooling1D: {
    takes: 'sequence',
    steps: 1,
    options: (random, shape) => ({ poolSize: 2, ...windows(random, shape), ...some(random, { strides: 1 }) }),
  },
  BatchNormalization: {
    takes: 'any',
    options: (random) => ({ ...normalized(random), ...some(random, { momentum: 0.8 }) }),
  },
  Bidirectional: {
    takes: 'sequence',
    options: (random) => {
      const className = random.pick(CELLS)
      const shared = {
        units: size(random),
        ...some(random, { returnSequences: true, zeroOutputForMask: true }, 0.5),
      }
      const one = (more: Options) =>
        make('layers', className, { ...cell(random, className), ...shared, ...more })
      return {
        layer: one({}),
        ...some(random, { mergeMode: random.pick(['sum', 'mul', 'ave']) }, 0.6),
        ...some(random, { backwardLayer: one({ goBackwards: true }) }),
      }
    },
  },
  Concatenate: {
    takes: 'any',
    inputs: 2,
    // by a name of its own: Keras gives the usual one to what joins the masks too
    options: (random, shape) => ({
      name: `joined_${random.whole(1, 1e6)}`,
      ...(shape[0] === null ? {} : some(random, { axis: 1 })),
    }),
  },
  Conv1D: {
    takes: 'sequence',
    steps: 1,
    options: (random, shape) => ({
      ...convolution(random, shape),
      ...some(random, { padding: 'causal' }),
      ...weights(random, 'kernel', 'bias'),
    }),
  },
  Cropping1D: {
    takes: 'sequence',
    steps: 2,
    options: (random) => ({
      cropping: random.pick([
        [1, 0],
        [0, 1],
      ]),
    }),
  },
  Dense: {
    takes: 'any',
    options: (random) => ({
      units: size(random),
      ...some(random, { activation: random.pick(TAME), useBias: false }),
      ...weights(random, 'kernel', 'bias'),
      ...some(random, { activityRegularizer: regularizer(random) }, 0.2),
    }),
  },
  Dot: {
    takes: 'any',
    steps: 1,
    inputs: 2,
    options: (random, shape) => ({
      axes: shape.length === 1 ? 1 : random.pick([1, 2, [2, 2]]),
      ...some(random, { normalize: true }),
    }),
  },
  Dropout: { takes: 'any', options: () => ({ rate: 0 }) },
  ELU: { takes: 'any', options: (random) => some(random, { alpha: 0.5 }) },
  Flatten: { takes: 'any', steps: 1, options: none },
  GRU: recurrent('GRU'),
  GaussianDropout: { takes: 'any', options: () => ({ rate: 0 }) },
  GaussianNoise: { takes: 'any', options: () => ({ stddev: 0 }) },
  GlobalAveragePooling1D: { takes: 'sequence', options: (random) => some(random, { keepdims: true }) },
  GlobalMaxPooling1D: { takes: 'sequence', options: (random) => some(random, { keepdims: true }) },
  LSTM: recurrent('LSTM'),
  LayerNormalization: { takes: 'any', options: normalized },
  LeakyReLU: { takes: 'any', options: (random) => some(random, { negativeSlope: 0.1 }) },
  MaxPooling1D: {
    takes: 'sequence',
    steps: 1,
    options: (random, shape) => ({ poolSize: 2, ...windows(random, shape), ...some(random, { strides: 1 }) }),
  },
  Maximum: { takes: 'any', inputs: 2, options: none },
  Minimum: { takes: 'any', inputs: 2, options: none },
  Multiply: { takes: 'any', inputs: 2, options: none },
  Normalization: {
    takes: 'any',
    options: (random, shape) => {
      const each = (least: number) => Array.from({ length: widthOf(shape) }, () => least + random.next())
      return { mean: each(-0.5), variance: each(0.5), ...some(random, { invert: true }) }
    },
  },
  PReLU: { takes: 'any', steps: 1, options: none },
  Permute: { takes: 'sequence', steps: 1, options: () => ({ dims: [2, 1] }) },
  RNN: {
    takes: 'sequence',
    options: (random) => {
      const one = () => {
        const className = random.pick(CELLS)
        return makeWithout('layers', `${className}Cell`, cell(random, className)).made
      }
      return {
        cell: random.chance(0.5) ? one() : [one(), one()],
        ...some(random, { returnSequences: true, goBackwards: true, zeroOutputForMask: true }, 0.4),
      }
    },
  },
  ReLU: {
    takes: 'any',
    options: (random) => some(random, { maxValue: 0.5, negativeSlope: 0.1, threshold: 0.1 }),
  },
  RepeatVector: { takes: 'vector', options: (random) => ({ n: size(random) }) },
  Rescaling: { takes: 'any', options: (random) => ({ scale: 0.5, ...some(random, { offset: -0.1 }) }) },
  Reshape: {
    takes: 'sequence',
    steps: 1,
    options: (random, shape) => ({
      targetShape: random.pick([[widthOf(shape), stepsOf(shape)], [stepsOf(shape) * widthOf(shape)]]),
    }),
  },
  SeparableConv1D: {
    takes: 'sequence',
    steps: 1,
    options: (random, shape) => ({ ...convolution(random, shape), ...some(random, { depthMultiplier: 2 }) }),
  },
  SimpleRNN: recurrent('SimpleRNN'),
  /** Of steps, Keras refuses their mask. */
  Softmax: { takes: 'vector', options: (random) => some(random, { axis: 1 }) },
  SpatialDropout1D: { takes: 'sequence', options: () => ({ rate: 0 }) },
  Subtract: { takes: 'any', inputs: 2, options: none },
  TimeDistributed: {
    takes: 'sequence',
    options: (random) => ({ layer: make('layers', 'Dense', { units: size(random), activation: 'tanh' }) }),
  },
  UpSampling1D: { takes: 'sequence', steps: 1, options: (random) => some(random, { size: 3 }) },
  ZeroPadding1D: { takes: 'sequence', steps: 1, options: (random) => some(random, { padding: [0, 2] }) },
}

export const KINDS = Object.fromEntries(Object.entries(ALL).filter(([className]) => has('layers', className)))

export interface DrawnLayer {
  readonly layer: Layer
  readonly inputs: number
  /** Its class, and each option that was drawn. */
  readonly features: readonly string[]
}

export function drawLayer(random: Random, className: string, shape: Shape): DrawnLayer {
  const { options: draw, inputs = 1 } = KINDS[className]
  const { made: layer, options } = makeWithout<Layer>('layers', className, draw(random, shape))
  const isActivation = 'activation' in options
  return {
    layer,
    inputs,
    features: [
      `layers.${className}`,
      ...Object.keys(options).map((option) => `layers.${className}.${option}`),
      ...(isActivation ? [`activations.${(options as Options).activation}`] : []),
    ],
  }
}

/** The classes that fit a tensor of this shape; in a chain only those of one input. */
export function fitting(shape: Shape, isChain: boolean): string[] {
  if (shape.length > 2) return ['Flatten']
  const isSequence = shape.length === 2
  return Object.entries(KINDS)
    .filter(([, { takes, steps = 0, inputs = 1 }]) => {
      if (isChain && inputs > 1) return false
      if (isSequence && steps > 0 && (shape[0] ?? 0) < steps) return false
      return takes === 'any' || (takes === 'sequence') === isSequence
    })
    .map(([className]) => className)
}
