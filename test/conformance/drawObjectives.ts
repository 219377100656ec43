// Losses with outputs and labels that fit them, metrics and optimizers, drawn at random.

import { type Layer, layers, type losses, type optimizers } from '@carousel/core'
import { has, make } from './families.ts'
import type { JsonTensor } from './keras.ts'
import type { Random } from './random.ts'

type Labels = 'oneHot' | 'classes' | 'bits' | 'reals' | 'positives'
type Activation = 'linear' | 'softmax' | 'sigmoid'

/** What an output is trained to. */
export interface Goal {
  readonly units: number
  readonly activation: Activation
  readonly loss: losses.Loss
  readonly labels: Labels
  readonly features: readonly string[]
}

interface Fit {
  readonly units: number
  readonly activation: Activation
  readonly labels: Labels
  /** Takes logits too. */
  readonly logits?: true
  readonly options?: object
}

const CHOICE = { units: 3, activation: 'softmax', labels: 'oneHot' } as const
const NUMBERS = { units: 2, activation: 'linear', labels: 'reals' } as const
const BITS = { units: 1, activation: 'sigmoid', labels: 'bits' } as const

const FITS: Readonly<Record<string, Fit>> = {
  BinaryCrossentropy: { ...BITS, logits: true, options: { labelSmoothing: 0.1 } },
  BinaryFocalCrossentropy: { ...BITS, options: { applyClassBalancing: true, gamma: 1.5 } },
  CategoricalCrossentropy: { ...CHOICE, logits: true, options: { labelSmoothing: 0.1 } },
  CategoricalFocalCrossentropy: { ...CHOICE, options: { alpha: 0.4 } },
  CategoricalGeneralizedCrossEntropy: { ...CHOICE, labels: 'classes', options: { q: 0.7 } },
  CategoricalHinge: CHOICE,
  CosineSimilarity: { ...NUMBERS, units: 3 },
  Dice: { ...BITS, units: 3, options: { axis: -1 } },
  Hinge: { ...NUMBERS, labels: 'bits' },
  Huber: { ...NUMBERS, options: { delta: 0.3 } },
  KLDivergence: CHOICE,
  LogCosh: NUMBERS,
  MeanAbsoluteError: NUMBERS,
  MeanAbsolutePercentageError: { ...NUMBERS, labels: 'positives' },
  MeanSquaredError: { ...NUMBERS, options: { reduction: 'sum' } },
  MeanSquaredLogarithmicError: { ...NUMBERS, activation: 'sigmoid', labels: 'positives' },
  Poisson: { ...NUMBERS, activation: 'sigmoid', labels: 'positives' },
  SparseCategoricalCrossentropy: { ...CHOICE, labels: 'classes', logits: true, options: { ignoreClass: 1 } },
  SquaredHinge: { ...NUMBERS, labels: 'bits' },
  Tversky: { ...BITS, units: 2, options: { alpha: 0.3, beta: 0.6, axis: -1 } },
}

export const LOSSES = Object.keys(FITS).filter((name) => has('losses', name))

export function drawGoal(random: Random, className: string): Goal {
  const { units, activation, labels, logits, options } = FITS[className]
  const fromLogits = logits && random.chance(0.4)
  const more = options && random.chance(0.4) && has('metrics', 'F1Score') ? options : {}
  const given = { ...(fromLogits ? { fromLogits } : {}), ...more }
  const name = `losses.${className}`
  return {
    units,
    activation: fromLogits ? 'linear' : activation,
    loss: make('losses', className, given),
    labels,
    features: [name, ...Object.keys(given).map((option) => `${name}.${option}`)],
  }
}

/** Metrics by the labels they go with; those behind a bar take rows alone, without steps. Keras has top-k in float32 alone. */
const METRICS: Readonly<Record<Labels, string>> = {
  oneHot:
    'CategoricalAccuracy CategoricalCrossentropy CosineSimilarity CategoricalHinge Precision Recall AUC | F1Score FBetaScore',
  classes: 'SparseCategoricalAccuracy SparseCategoricalCrossentropy',
  bits: 'BinaryAccuracy BinaryCrossentropy Precision Recall AUC TruePositives FalseNegatives PrecisionAtRecall',
  reals:
    'MeanSquaredError MeanAbsoluteError RootMeanSquaredError LogCoshError CosineSimilarity ConcordanceCorrelation | R2Score',
  positives: 'MeanAbsolutePercentageError MeanSquaredLogarithmicError Poisson MeanAbsoluteError',
}
/** These take probabilities. */
const PROBABILITIES = /Precision|Recall|AUC|Positives|Negatives|F1Score|Crossentropy|Poisson|Logarithmic/

const METRIC_OPTIONS: Readonly<Record<string, object>> = {
  AUC: { numThresholds: 20 },
  FBetaScore: { average: 'macro', beta: 2, threshold: 0.3 },
  PrecisionAtRecall: { recall: 0.4, numThresholds: 30 },
}

export function drawMetrics(random: Random, { labels, activation }: Goal, isSequence: boolean): string[] {
  const [all, rows = ''] = METRICS[labels].split(' | ')
  return `${all} ${isSequence ? '' : rows}`
    .split(' ')
    .filter((name) => name && has('metrics', name) && (activation !== 'linear' || !PROBABILITIES.test(name)))
    .filter(() => random.chance(0.3))
}

export const makeMetric = (name: string) => make<never>('metrics', name, METRIC_OPTIONS[name])

/** Options of each optimizer, one set of which is drawn. */
const OPTIONS: Readonly<Record<string, readonly object[]>> = {
  SGD: [{ momentum: 0.9 }, { momentum: 0.9, nesterov: true }, { momentum: 0.5, weightDecay: 0.1 }],
  RMSprop: [
    { learningRate: 0.005, momentum: 0.5 },
    { learningRate: 0.005, centered: true, rho: 0.8 },
  ],
  Adam: [
    { learningRate: 0.01 },
    { learningRate: 0.01, amsgrad: true },
    { learningRate: 0.01, clipnorm: 0.1 },
  ],
  AdamW: [{ learningRate: 0.01, weightDecay: 0.1 }],
  Adamax: [{ learningRate: 0.01 }],
  Nadam: [{ learningRate: 0.01 }, { learningRate: 0.01, globalClipnorm: 0.2 }],
  Adagrad: [{ learningRate: 0.05 }, { learningRate: 0.05, clipvalue: 0.05 }],
  Adadelta: [{ learningRate: 0.5 }, { learningRate: 0.5, useEma: true, emaMomentum: 0.5 }],
  // The threshold is a float32 in Carousel, and what is left above it may be tiny: so one that both have to the bit.
  Ftrl: [{ learningRate: 0.05 }, { learningRate: 0.05, l1RegularizationStrength: 1 / 128 }],
  Lion: [{ learningRate: 0.001 }, { learningRate: 0.001, gradientAccumulationSteps: 2 }],
}

export const OPTIMIZERS = Object.keys(OPTIONS).filter((name) => has('optimizers', name))

export function drawOptimizer(random: Random, className: string) {
  const options = random.pick(OPTIONS[className])
  const name = `optimizers.${className}`
  return {
    optimizer: make<optimizers.Optimizer>('optimizers', className, options),
    features: [name, ...Object.keys(options).map((option) => `${name}.${option}`)],
  }
}

export const head = ({ units, activation }: Goal): Layer => layers.dense({ units, activation })

/** Labels for predictions of this shape. */
export function labelsFor({ labels, units }: Goal, shape: readonly number[], random: Random): JsonTensor {
  const places = shape.slice(0, -1)
  if (labels === 'reals') return random.reals(shape, 1)
  if (labels === 'positives') {
    const { data } = random.reals(shape, 1)
    return { shape: [...shape], data: data.map((value) => Math.abs(value) + 0.1) }
  }
  if (labels === 'classes') return random.classes(places, units)
  if (labels === 'bits') return float(random.classes(shape, 2))
  const { data } = random.classes(places, units)
  return { shape: [...shape], data: data.flatMap((c) => Array.from({ length: units }, (_, k) => +(k === c))) }
}

const float = ({ shape, data }: JsonTensor): JsonTensor => ({ shape, data })
