import { KERNEL_ACTIVATIONS } from '../../ops/kernelActivations.ts'
import { type Case, defineCase, float, int, listed, uniform, wholeBelow } from './case.ts'

const SPARE = { counts: { batch: 3 }, bounds: { batch: 8 } }
const RAGGED = { counts: { batch: 3, time: 4 }, bounds: { batch: 5, time: 7 } }

const products: Case[] = [
  ...[
    [1, 1],
    [7, 10],
    [16, 16],
    [33, 19],
    [19, 33],
    [128, 10],
    [40, 64],
  ].map(([K, N]) =>
    defineCase({
      name: `dense: ${K} to ${N}`,
      op: 'dense',
      operands: { x: float(['batch', K]), kernel: float([K, N]), bias: float([N]) },
      differentiable: ['y'],
      ...SPARE,
    }),
  ),
  defineCase({
    name: 'dense: one row, no bias',
    op: 'dense',
    operands: { x: float(['batch', 20]), kernel: float([20, 18]) },
    counts: { batch: 1 },
    differentiable: ['y'],
  }),
  defineCase({
    name: 'dense: many rows',
    op: 'dense',
    operands: { x: float(['batch', 20]), kernel: float([20, 35]), bias: float([35]) },
    counts: { batch: 37 },
    bounds: { batch: 40 },
    differentiable: ['y'],
  }),
  defineCase({
    name: 'dense: steps',
    op: 'dense',
    operands: { x: float(['batch', 'time', 19]), kernel: float([19, 17]), bias: float([17]) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'dense: two middle axes, gate blocks',
    op: 'dense',
    operands: {
      x: float(['batch', 2, 3, 9]),
      kernel: float([9, 76], undefined, { gates: 4 }),
      bias: float([76], undefined, { gates: 4 }),
    },
    differentiable: ['y'],
    ...SPARE,
  }),
  ...[undefined, 3, 4].map((gates) =>
    defineCase({
      name: `transpose: ${gates ?? 'no'} gate blocks`,
      op: 'transpose',
      operands: { x: float([21, 19 * (gates ?? 1)], undefined, { gates }) },
      counts: {},
      tolerance: 0,
    }),
  ),
  ...[3, 4].map((gates) =>
    defineCase({
      name: `splitGates: ${gates} blocks`,
      op: 'splitGates',
      operands: { x: float([21, 19 * gates], undefined, { gates }) },
      attributes: { gates },
      counts: {},
      differentiable: Array.from({ length: gates }, (_, gate) => `y${gate}`),
      tolerance: 0,
    }),
  ),
  defineCase({
    name: 'joinGates: one block is zeros',
    op: 'joinGates',
    operands: {
      like: float([57], undefined, { gates: 3, constant: true }),
      ...{ y0: float([19]), y2: float([19]) },
    },
    attributes: { gates: 3 },
    counts: {},
    tolerance: 0,
  }),
  ...[false, true].flatMap((reverse) =>
    [0, 1].map((shift) =>
      defineCase({
        name: `weightGradient: shift ${shift}${reverse ? ', reverse' : ''}`,
        op: 'weightGradient',
        operands: {
          x: float(['batch', 'time', 17]),
          dy: float(['batch', 'time', 57], undefined, { gates: 3 }),
          ...(shift === 1 && reverse ? { initial: float(['batch', 17]) } : {}),
        },
        attributes: { shift, reverse },
        ...RAGGED,
      }),
    ),
  ),
  defineCase({
    name: 'weightGradient: no steps',
    op: 'weightGradient',
    operands: { x: float(['batch', 33]), dy: float(['batch', 10]) },
    attributes: { shift: 0, reverse: false },
    ...SPARE,
  }),
]

const entrywise: Case[] = [
  defineCase({
    name: 'add: steps',
    op: 'add',
    operands: { a: float(['batch', 'time', 19]), b: float(['batch', 'time', 19]) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'add: matrices',
    op: 'add',
    operands: { a: float([7, 57], undefined, { gates: 3 }), b: float([7, 57], undefined, { gates: 3 }) },
    counts: {},
  }),
  defineCase({
    name: 'multiply: steps',
    op: 'multiply',
    operands: { a: float(['batch', 'time', 19]), b: float(['batch', 'time', 19]) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'multiply: repeated over steps',
    op: 'multiply',
    operands: { a: float(['batch', 'time', 19]), b: float(['batch', 19], undefined, { constant: true }) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  ...KERNEL_ACTIVATIONS.flatMap((kind) => [
    defineCase({
      name: `activation: ${kind}`,
      op: 'activation',
      operands: { x: float(['batch', 'time', 19], uniform(-5, 5)) },
      attributes: { kind },
      differentiable: ['y'],
      ...RAGGED,
    }),
    defineCase({
      name: `activation: ${kind} far out`,
      op: 'activation',
      operands: { x: float(['batch', 18], listed(-100, -20, -1e-3, -1e-30, 0, 1e-30, 1e-3, 9, 20, 100)) },
      attributes: { kind },
      differentiable: ['y'],
      smooth: false,
      ...SPARE,
    }),
  ]),
  ...[1, 10, 16, 37].map((N) =>
    defineCase({
      name: `softmax: ${N} classes`,
      op: 'softmax',
      operands: { x: float(['batch', 'time', N], uniform(-4, 4)) },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
  defineCase({
    name: 'softmax: big logits',
    op: 'softmax',
    operands: { x: float(['batch', 18], listed(-100, 100, 99, 0, 3, 100, -3)) },
    differentiable: ['y'],
    ...SPARE,
  }),
]

const RESHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[4, 6], [24]],
  [[35], [5, 7]],
  [[5, 7], [35]],
  [
    [3, 20],
    [4, 15],
  ],
  [
    [2, 3, 18],
    [6, 18],
  ],
  [[2, 3, 18], [108]],
  [[33], [33, 1]],
  [[33, 1], [33]],
]

const moves: Case[] = [
  ...RESHAPES.map(([from, to]) =>
    defineCase({
      name: `reshape: ${from.join(' × ')} to ${to.join(' × ')}`,
      op: 'reshape',
      operands: { x: float(['batch', ...from]) },
      attributes: { shape: to },
      differentiable: ['y'],
      tolerance: 0,
      ...SPARE,
    }),
  ),
  defineCase({
    name: 'embedding: repeated ids',
    op: 'embedding',
    operands: { ids: int(['batch', 'time'], wholeBelow(5)), table: float([7, 19]) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'embedding: one id for all',
    op: 'embedding',
    operands: { ids: int(['batch', 'time'], listed(2)), table: float([3, 33]) },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'embedding: no steps',
    op: 'embedding',
    operands: { ids: int(['batch'], wholeBelow(40)), table: float([40, 16]) },
    differentiable: ['y'],
    ...SPARE,
  }),
  defineCase({
    name: 'oneHot: steps',
    op: 'oneHot',
    operands: { labels: int(['batch', 'time'], wholeBelow(19)) },
    attributes: { classes: 19 },
    tolerance: 0,
    ...RAGGED,
  }),
  defineCase({
    name: 'oneHot: out of range',
    op: 'oneHot',
    operands: { labels: int(['batch'], listed(-1, 3, 4, 0)) },
    attributes: { classes: 4 },
    tolerance: 0,
    counts: { batch: 4 },
  }),
]

const SEEDS = listed(0x12345678, -2, 77, 1)

const masks: Case[] = [0, 0.2, 0.5, 0.9].flatMap((rate) =>
  [true, false].map((perStep) =>
    defineCase({
      name: `dropoutMask: rate ${rate}, ${perStep ? 'every step' : 'constant over time'}`,
      op: 'dropoutMask',
      operands: { generator: int([4], SEEDS), like: float(['batch', 'time', 19]) },
      attributes: { rate, stream: 3, perStep },
      tolerance: 0,
      ...RAGGED,
    }),
  ),
)

const guards: Case[] = [
  defineCase({
    name: 'guard: finite, though spare rows are not',
    op: 'guard',
    operands: { loss: float(['batch', 'time', 1]) },
    stale: Number.POSITIVE_INFINITY,
    ...RAGGED,
  }),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((last) =>
    defineCase({
      name: `guard: ${last} in the last row`,
      op: 'guard',
      operands: { loss: float(['batch', 1], listed(1, 2, last)) },
      counts: { batch: 3 },
    }),
  ),
]

export const BASIC_CASES: readonly Case[] = [...products, ...entrywise, ...moves, ...masks, ...guards]
