import {
  type Case,
  defineCase,
  distributions,
  float,
  int,
  listed,
  type Operand,
  oneHotRows,
  uniform,
  type Values,
} from './case.ts'

const SPARE = { counts: { batch: 3 }, bounds: { batch: 8 } }
const RAGGED = { counts: { batch: 3, time: 4 }, bounds: { batch: 5, time: 7 } }

const labels = (values: Values) => float(['batch', 10], values, { constant: true })
const stepLabels = (N: number, values: Values) => float(['batch', 'time', N], values, { constant: true })
const bits = listed(0, 1, 1, 0, 1, 0, 0)

const LOSSES: readonly { op: string; operand: string; values: Values; labels: Values }[] = [
  { op: 'softmaxCrossEntropy', operand: 'logits', values: uniform(-3, 3), labels: oneHotRows },
  { op: 'sigmoidCrossEntropy', operand: 'logits', values: uniform(-3, 3), labels: bits },
  { op: 'categoricalCrossEntropy', operand: 'probabilities', values: distributions, labels: oneHotRows },
  { op: 'binaryCrossEntropy', operand: 'probabilities', values: uniform(0.02, 0.98), labels: bits },
  { op: 'meanSquaredError', operand: 'predictions', values: uniform(-3, 3), labels: uniform(-3, 3) },
  { op: 'meanAbsoluteError', operand: 'predictions', values: uniform(-3, 3), labels: uniform(-3, 3) },
]

const ordinary: Case[] = LOSSES.flatMap(({ op, operand, values, labels: targets }) => [
  ...[1, 10, 19, 33].map((N) =>
    defineCase({
      name: `${op}: ${N} columns`,
      op,
      operands: { [operand]: float(['batch', 'time', N], values), labels: stepLabels(N, targets) },
      differentiable: ['loss'],
      tolerance: 2e-6,
      ...RAGGED,
    }),
  ),
  defineCase({
    name: `${op}: no steps`,
    op,
    operands: { [operand]: float(['batch', 10], values), labels: labels(targets) },
    differentiable: ['loss'],
    tolerance: 2e-6,
    ...SPARE,
  }),
])

/** Where a careless formula overflows, loses all digits or takes the logarithm of 0. */
const edges: Case[] = [
  defineCase({
    name: 'softmaxCrossEntropy: big logits',
    op: 'softmaxCrossEntropy',
    operands: {
      logits: float(['batch', 10], listed(100, -100, 0, 99.5, -3, 100, 7)),
      labels: labels(oneHotRows),
    },
    differentiable: ['loss'],
    ...SPARE,
  }),
  defineCase({
    name: 'softmaxCrossEntropy: soft labels',
    op: 'softmaxCrossEntropy',
    operands: { logits: float(['batch', 10], uniform(-3, 3)), labels: labels(distributions) },
    differentiable: ['loss'],
    ...SPARE,
  }),
  defineCase({
    name: 'sigmoidCrossEntropy: big logits',
    op: 'sigmoidCrossEntropy',
    operands: { logits: float(['batch', 10], listed(100, -100, 0.01, 20, -20, 1e-3)), labels: labels(bits) },
    differentiable: ['loss'],
    ...SPARE,
  }),
  defineCase({
    name: 'categoricalCrossEntropy: probabilities 0 and 1',
    op: 'categoricalCrossEntropy',
    operands: {
      probabilities: float(['batch', 10], listed(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
      labels: labels(listed(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)),
    },
    differentiable: ['loss'],
    smooth: false,
    ...SPARE,
  }),
  defineCase({
    name: 'categoricalCrossEntropy: probabilities that do not add up to 1',
    op: 'categoricalCrossEntropy',
    operands: { probabilities: float(['batch', 10], uniform(0.1, 3)), labels: labels(distributions) },
    differentiable: ['loss'],
    ...SPARE,
  }),
  defineCase({
    name: 'categoricalCrossEntropy: clipped first, probabilities 0, 1 and above',
    op: 'categoricalCrossEntropy',
    operands: {
      probabilities: float(['batch', 10], listed(1, 0, 0.5, 0, 2, 0, 0.25, 0, 0, 0, 1e-8)),
      labels: labels(listed(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)),
    },
    attributes: { clipFirst: true },
    differentiable: ['loss'],
    smooth: false,
    ...SPARE,
  }),
  defineCase({
    name: 'categoricalCrossEntropy: clipped first, probabilities that do not add up to 1',
    op: 'categoricalCrossEntropy',
    operands: { probabilities: float(['batch', 10], uniform(0.1, 0.9)), labels: labels(distributions) },
    attributes: { clipFirst: true },
    differentiable: ['loss'],
    ...SPARE,
  }),
  defineCase({
    name: 'binaryCrossEntropy: probabilities 0 and 1',
    op: 'binaryCrossEntropy',
    operands: {
      probabilities: float(['batch', 10], listed(0, 1, 1e-8, 0.5)),
      labels: labels(listed(0, 1, 1, 0, 1, 0)),
    },
    differentiable: ['loss'],
    smooth: false,
    ...SPARE,
  }),
  defineCase({
    name: 'meanAbsoluteError: equal numbers',
    op: 'meanAbsoluteError',
    operands: { predictions: float(['batch', 10], listed(0, 1, 2)), labels: labels(listed(0, 1, 3, 2)) },
    differentiable: ['loss'],
    smooth: false,
    ...SPARE,
  }),
]

const metrics: Case[] = [
  defineCase({
    name: 'categoricalAccuracy: steps',
    op: 'categoricalAccuracy',
    operands: {
      predictions: float(['batch', 'time', 19], distributions),
      labels: stepLabels(19, listed(0, 0, 1, 0, 0, 0, 0)),
    },
    tolerance: 0,
    ...RAGGED,
  }),
  defineCase({
    name: 'categoricalAccuracy: of equals the first counts',
    op: 'categoricalAccuracy',
    operands: {
      predictions: float(['batch', 3], listed(0.4, 0.4, 0.2, 0.2, 0.4, 0.4, -1, -1, -2)),
      labels: float(['batch', 3], listed(1, 0, 0, 0, 0, 1, 0, 1, 0), { constant: true }),
    },
    tolerance: 0,
    ...SPARE,
  }),
  ...[1, 19].map((N) =>
    defineCase({
      name: `binaryAccuracy: ${N} columns`,
      op: 'binaryAccuracy',
      operands: {
        predictions: float(['batch', 'time', N], listed(0.5, 0.51, 0.2, 0.9, 0)),
        labels: stepLabels(N, bits),
      },
      attributes: { threshold: 0.5 },
      ...RAGGED,
    }),
  ),
]

const mask = int(['batch', 'time'], listed(1, 1, 0, 1, 0))
const classes = int(['batch', 'time'], listed(2, 0, 1, -1, 0, 2, 1))
const MASKED: Readonly<Record<string, Readonly<Record<string, Operand>>>> = {
  'nothing masked': {},
  mask: { mask },
  'ignored class': { labels: classes },
  both: { mask, labels: classes },
  'all masked': { mask: int(['batch', 'time'], listed(0)) },
}

const weights: Case[] = ['valid', 'weights', 'nothing'].flatMap((over) =>
  Object.entries(MASKED).map(([name, operands]) =>
    defineCase({
      name: `maskWeights: ${name}, over ${over}`,
      op: 'maskWeights',
      operands: { weight: float(['batch', 'time', 1], uniform(0, 2), { constant: true }), ...operands },
      attributes: { over, ignoreClass: -1 },
      ...RAGGED,
    }),
  ),
)

const rowMask: Case = defineCase({
  name: 'maskWeights: rows without steps',
  op: 'maskWeights',
  operands: {
    weight: float(['batch', 1], uniform(0, 2), { constant: true }),
    mask: int(['batch'], listed(0, 1, 1)),
  },
  attributes: { over: 'valid', ignoreClass: 0 },
  ...SPARE,
})

export const LOSS_CASES: readonly Case[] = [...ordinary, ...edges, ...metrics, ...weights, rowMask]
