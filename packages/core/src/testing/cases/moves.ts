import type { Attributes, Dim } from '../../program/program.ts'
import { type Case, defineCase, float, int, type Operand, wholeBelow } from './case.ts'

const RAGGED = { counts: { batch: 3, time: 4 }, bounds: { batch: 5, time: 7 } }

function move(
  op: string,
  shape: readonly Dim[],
  attributes: Attributes,
  more: Readonly<Record<string, Operand>> = {},
): Case[] {
  const ids = int(shape, wholeBelow(9))
  const name = `${op}: ${JSON.stringify(attributes).replaceAll('"', '')} of [${shape.join(', ')}]`
  const [first] = op === 'concat' ? ['a'] : ['x']
  const numbers = defineCase({
    name,
    op,
    operands: { [first]: float(shape), ...more },
    attributes,
    differentiable: ['y'],
    // sums of several come in another order
    tolerance: 1e-6,
    ...RAGGED,
  })
  if (shape.length > 2 || Object.keys(more).length > 0) return [numbers]
  return [
    numbers,
    defineCase({
      name: `${name}, integers`,
      op,
      operands: { [first]: ids },
      attributes,
      tolerance: 0,
      ...RAGGED,
    }),
  ]
}

const STEPS = ['batch', 'time', 19] as const
const DEEP = ['batch', 'time', 3, 18] as const

const shapes: Case[] = [
  ...move('slice', STEPS, { axis: 1, start: 1, size: 2 }),
  ...move('slice', STEPS, { axis: 1, start: 1, size: 0 }),
  ...move('slice', STEPS, { axis: 1, start: 1, size: -1 }),
  ...move('slice', STEPS, { axis: 1, start: -1, size: 1 }),
  ...move('slice', STEPS, { axis: 2, start: 15, size: 3 }),
  ...move('slice', STEPS, { axis: 2, start: -4, size: 4 }),
  ...move('slice', ['batch', 40], { axis: 1, start: 7, size: 20 }),
  ...move('slice', DEEP, { axis: 2, start: 1, size: 1 }),
  ...move('pad', STEPS, { axis: 1, before: 2, after: 1, value: 0 }),
  ...move('pad', STEPS, { axis: 1, before: 0, after: 3, value: -7 }),
  ...move('pad', STEPS, { axis: 2, before: 3, after: 20, value: 0.5 }),
  ...move('pad', DEEP, { axis: 2, before: 1, after: 0, value: 0 }),
  ...move('flip', STEPS, { axis: 1 }),
  ...move('flip', STEPS, { axis: 2 }),
  ...move('flip', ['batch', 'time'], { axis: 1 }).slice(1),
  ...move('permute', ['batch', 4, 19], { axes: [2, 1] }),
  ...move('permute', ['batch', 'time', 3, 18], { axes: [1, 3, 2] }),
  ...move('permute', ['batch', 2, 3, 18], { axes: [3, 1, 2] }),
  ...move('permute', ['batch', 2, 3, 4], { axes: [2, 3, 1] }),
  ...move('permute', STEPS, { axes: [1, 0, 2] }),
  ...move('permute', ['batch', 'time', 1, 19], { axes: [1, 3] }),
  ...move('permute', ['batch', 19], { axes: [1, 0] }),
  ...move('repeat', STEPS, { axis: 1, times: 3 }),
  ...move('repeat', STEPS, { axis: 2, times: 2 }),
  ...move('repeat', ['batch', 1, 19], { axis: 1, times: 5 }),
]

const joins: Case[] = [
  ...move('concat', STEPS, { axis: 1 }, { b: float(['batch', 2, 19]) }),
  ...move('concat', ['batch', 2, 19], { axis: 1 }, { b: float(STEPS) }),
  ...move('concat', STEPS, { axis: 2 }, { b: float(['batch', 'time', 20]) }),
  ...move('concat', ['batch', 19], { axis: 1 }, { b: float(['batch', 20]) }),
  ...move('concat', DEEP, { axis: 2 }, { b: float(['batch', 'time', 1, 18]) }),
  defineCase({
    name: 'concat: masks',
    op: 'concat',
    operands: { a: int(['batch', 'time'], wholeBelow(9)), b: int(['batch', 2], wholeBelow(9)) },
    attributes: { axis: 1 },
    tolerance: 0,
    ...RAGGED,
  }),
]

const WINDOWS = [
  { size: 3, stride: 1, dilation: 1, before: 0, after: 0, value: 0 },
  { size: 2, stride: 2, dilation: 1, before: 1, after: 1, value: 0 },
  { size: 2, stride: 1, dilation: 3, before: 3, after: 0, value: 0 },
  { size: 1, stride: 2, dilation: 1, before: 1, after: 0, value: -9 },
  { size: 3, stride: 2, dilation: 1, before: 1, after: 1, value: 0 },
]

const unfolded: Case[] = WINDOWS.flatMap((window) => [
  ...move('unfold', STEPS, window),
  ...move('unfold', ['batch', 'time', 5], window),
])

const products: Case[] = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) => {
    const at = (transposed: boolean, steps: Dim, columns: Dim) =>
      float(['batch', ...(transposed ? [columns, steps] : [steps, columns])])
    return [
      defineCase({
        name: `matmul: 4 × 19 × 18${transposeA ? ', aᵀ' : ''}${transposeB ? ', bᵀ' : ''}`,
        op: 'matmul',
        operands: { a: at(transposeA, 4, 19), b: at(transposeB, 19, 18) },
        attributes: { transposeA, transposeB },
        differentiable: ['y'],
        ...RAGGED,
      }),
    ]
  }),
)

const larger: Case[] = [5, 9, 17].flatMap((S) =>
  [false, true].map((transposeB) =>
    defineCase({
      name: `matmul: 7 × 21 × ${S}${transposeB ? ', bᵀ' : ''}`,
      op: 'matmul',
      operands: { a: float(['batch', 7, 21]), b: float(transposeB ? ['batch', S, 21] : ['batch', 21, S]) },
      attributes: { transposeA: false, transposeB },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
)

const open: Case[] = [
  defineCase({
    name: 'matmul: open steps of a',
    op: 'matmul',
    operands: { a: float(['batch', 'time', 19]), b: float(['batch', 5, 19]) },
    attributes: { transposeA: false, transposeB: true },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'matmul: over open steps',
    op: 'matmul',
    operands: { a: float(['batch', 'time', 19]), b: float(['batch', 'time', 5]) },
    attributes: { transposeA: true, transposeB: false },
    differentiable: ['y'],
    ...RAGGED,
  }),
  ...[
    [
      [3, 5, 19],
      [15, 19],
    ],
    [[3, 5, 4], [60]],
    [[19], [19, 1]],
    [
      [1, 7, 33],
      [7, 33],
    ],
  ].map(([from, shape]) =>
    defineCase({
      name: `view: [${from}] as [${shape}]`,
      op: 'view',
      operands: { x: float(from) },
      attributes: { shape },
      differentiable: ['y'],
      counts: {},
      tolerance: 0,
    }),
  ),
]

export const MOVE_CASES: readonly Case[] = [...shapes, ...joins, ...unfolded, ...products, ...larger, ...open]
