import { BINARY_KINDS, type BinaryKind, UNARY_KINDS, type UnaryKind } from '../../ops/general.ts'
import type { Dim } from '../../program/program.ts'
import { type Case, defineCase, float, int, listed, type Operand, uniform, wholeBelow } from './case.ts'

const SPARE = { counts: { batch: 3 }, bounds: { batch: 8 } }
const RAGGED = { counts: { batch: 3, time: 4 }, bounds: { batch: 5, time: 7 } }

const isComparison = (kind: string) => /^(less|greater|equal|notEqual)/.test(kind)
/** Whole numbers, so that some are equal. */
const whole = listed(0, 1, 2, -1, 1, 3, -2, 0, 2)

const binaryCase = (
  kind: BinaryKind,
  name: string,
  operands: Readonly<Record<string, Operand>>,
  constant = 0,
  counts: Partial<Case> = RAGGED,
) =>
  defineCase({
    name: `binary: ${kind}, ${name}`,
    op: 'binary',
    operands,
    attributes: { kind, constant },
    differentiable: isComparison(kind) ? [] : ['y'],
    ...counts,
  })

/** Numbers for which the kind is smooth. */
const valuesOf = (kind: BinaryKind) => (kind === 'power' ? uniform(0.5, 2) : uniform(0.5, 3))

const SHAPES: readonly (readonly [string, readonly Dim[], readonly Dim[]])[] = [
  ['equal shapes', ['batch', 'time', 19], ['batch', 'time', 19]],
  ['no steps', ['batch', 'time', 19], ['batch', 19]],
  ['no steps, one column', ['batch', 'time', 19], ['batch', 1]],
  ['one column', ['batch', 'time', 19], ['batch', 'time', 1]],
  ['one step', ['batch', 'time', 19], ['batch', 1, 19]],
  ['a parameter', ['batch', 'time', 19], [19]],
  ['one number', ['batch', 'time', 19], [1]],
  ['a matrix of steps', ['batch', 4, 19], [4, 19]],
  ['one column of steps', ['batch', 4, 19], [4, 1]],
  ['b is larger', ['batch', 1], ['batch', 'time', 19]],
  ['a parameter first', [19], ['batch', 'time', 19]],
  ['both repeated', ['batch', 'time', 1, 19], ['batch', 1, 3, 19]],
  ['last of two axes', ['batch', 'time', 3, 17], ['batch', 3, 17]],
  ['first of two axes', ['batch', 'time', 3, 17], ['batch', 'time', 1, 1]],
  ['matrices', [7, 19], [7, 19]],
  ['a matrix and a vector', [7, 19], [19]],
  ['a matrix and a column', [7, 19], [7, 1]],
  ['a matrix and one number', [7, 35], [1]],
  ['three axes', [3, 4, 19], [4, 1]],
]

const binaries: Case[] = [
  ...SHAPES.map(([name, a, b]) =>
    binaryCase('multiply', name, { a: float(a, uniform(0.5, 2)), b: float(b, uniform(0.5, 2)) }),
  ),
  ...BINARY_KINDS.flatMap((kind) => {
    const values = isComparison(kind) ? whole : valuesOf(kind)
    return [
      binaryCase(kind, 'rows of columns', {
        a: float(['batch', 'time', 19], values),
        b: float(['batch', 19], values),
      }),
      binaryCase(kind, 'a constant', { a: float(['batch', 18], values) }, 1.5, SPARE),
    ]
  }),
  binaryCase('add', 'gate blocks', {
    a: float([7, 57], undefined, { gates: 3 }),
    b: float([57], undefined, { gates: 3 }),
  }),
  binaryCase(
    'power',
    'odd arguments',
    {
      a: float(['batch', 8], listed(0, -2, 3, -1.5, 0, 1e-20, 1e10, 2)),
      b: float(['batch', 8], listed(0, 3, -1, 2, 2, 1, 3, 0.5), { constant: true }),
    },
    0,
    { ...SPARE, differentiable: [] },
  ),
]

const domainOf = (kind: UnaryKind) =>
  /^(sqrt|rsqrt|log|reciprocal)$/.test(kind)
    ? uniform(0.3, 4)
    : kind === 'log1p'
      ? uniform(-0.6, 4)
      : uniform(-3, 3)

const unaries: Case[] = UNARY_KINDS.flatMap((kind) => [
  defineCase({
    name: `unary: ${kind}`,
    op: 'unary',
    operands: { x: float(['batch', 'time', 19], domainOf(kind)) },
    attributes: { kind },
    differentiable: ['sign', 'floor', 'stop'].includes(kind) ? [] : ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: `unary: ${kind}, a matrix of gates`,
    op: 'unary',
    operands: { x: float([5, 57], domainOf(kind), { gates: 3 }) },
    attributes: { kind },
    counts: {},
  }),
])

const far: Case[] = (['exp', 'expm1', 'erf', 'softplus', 'abs', 'sign'] as const).map((kind) =>
  defineCase({
    name: `unary: ${kind}, far out and near 0`,
    op: 'unary',
    operands: { x: float(['batch', 18], listed(-80, -7, 7, 0, 1e-20, -1e-6, 3e-4, 40, 50, 5)) },
    attributes: { kind },
    ...SPARE,
  }),
)

const scales: Case[] = [
  defineCase({
    name: 'scale: steps',
    op: 'scale',
    operands: { x: float(['batch', 'time', 19]) },
    attributes: { factor: -2.5, offset: 0.75 },
    differentiable: ['y'],
    ...RAGGED,
  }),
  defineCase({
    name: 'scale: a matrix',
    op: 'scale',
    operands: { x: float([7, 19]) },
    attributes: { factor: 3, offset: 1 },
    counts: {},
  }),
]

const mask = int(['batch', 'time'], wholeBelow(2))
const bits = (shape: readonly Dim[]) => float(shape, wholeBelow(2), { constant: true })

const selects: Case[] = [
  ['a mask', { condition: mask, a: float(['batch', 'time', 19]), b: float(['batch', 'time', 19]) }],
  [
    'a mask, one row for all steps',
    { condition: mask, a: float(['batch', 'time', 19]), b: float(['batch', 19]) },
  ],
  ['a mask, nothing else', { condition: mask, a: float(['batch', 'time', 19]) }],
  ['a mask, something else', { condition: mask, b: float(['batch', 'time', 19]) }],
  ['a mask over two axes', { condition: mask, a: float(['batch', 'time', 3, 19]) }],
  ['a condition', { condition: bits(['batch', 19]), a: float(['batch', 19]), b: float([19]) }],
  ['constants', { condition: bits(['batch', 'time', 19]) }],
].map(([name, operands]) =>
  defineCase({
    name: `select: ${name as string}`,
    op: 'select',
    operands: operands as Readonly<Record<string, Operand>>,
    attributes: { yes: -1, no: 0.5 },
    differentiable: name === 'constants' ? [] : ['y'],
    ...RAGGED,
  }),
)

const AXES: readonly (readonly [readonly Dim[], readonly number[]])[] = [
  [['batch', 'time', 19], [2]],
  [['batch', 'time', 19], [1]],
  [
    ['batch', 'time', 35],
    [1, 2],
  ],
  [['batch', 19], [1]],
  [
    ['batch', 'time', 19],
    [0, 1],
  ],
  [
    ['batch', 'time', 19],
    [0, 1, 2],
  ],
  [['batch', 4, 19], [0]],
  [
    ['batch', 4, 19],
    [0, 2],
  ],
  [['batch', 'time', 3, 19], [1]],
  [['batch', 'time', 3, 19], [2]],
  [
    ['batch', 'time', 3, 19],
    [1, 3],
  ],
  [
    ['batch', 2, 3, 2, 18],
    [1, 3],
  ],
  [
    ['batch', 2, 3, 2, 18],
    [2, 4],
  ],
  [[7, 19], [0]],
  [[7, 19], [1]],
  [
    [7, 19],
    [0, 1],
  ],
  [[3, 4, 19], [1]],
  [[19], [0]],
]

const reductions: Case[] = AXES.flatMap(([shape, axes]) => [
  ...[true, false].map((keep) =>
    defineCase({
      name: `reduce: sum of [${shape.join(', ')}] over ${axes}${keep ? ', kept' : ''}`,
      op: 'reduce',
      operands: { x: float(shape) },
      attributes: { kind: 'sum', axes, keep },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
  defineCase({
    name: `count: of [${shape.join(', ')}] over ${axes}`,
    op: 'count',
    operands: { like: float(shape, undefined, { constant: true }) },
    attributes: { axes },
    ...RAGGED,
  }),
])

const extremes: Case[] = ['max', 'min'].flatMap((kind) =>
  [[2], [1], [0, 1]].map((axes) =>
    defineCase({
      name: `reduce: ${kind} over ${axes}`,
      op: 'reduce',
      operands: { x: float(['batch', 'time', 19]) },
      attributes: { kind, axes, keep: false },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
)

const sums: Case[] = [
  defineCase({
    name: 'reduce: max of equal numbers',
    op: 'reduce',
    operands: { x: float(['batch', 'time', 19], listed(2, 1, 2)) },
    attributes: { kind: 'max', axes: [1, 2], keep: false },
    differentiable: ['y'],
    smooth: false,
    ...RAGGED,
  }),
  defineCase({
    name: 'reduce: columns in gate blocks',
    op: 'reduce',
    operands: { x: float([7, 57], undefined, { gates: 3 }) },
    attributes: { kind: 'sum', axes: [1], keep: true },
    counts: {},
  }),
  defineCase({
    name: 'reduce: rows of gate blocks',
    op: 'reduce',
    operands: { x: float([7, 57], undefined, { gates: 3 }) },
    attributes: { kind: 'sum', axes: [0], keep: true },
    counts: {},
  }),
  ...[
    { x: ['batch', 19], axes: [1] },
    { x: ['batch', 1, 19], axes: [1] },
    { x: ['batch', 'time', 1], axes: [2] },
    { x: [19], axes: [0, 1] },
  ].map(({ x, axes }) =>
    defineCase({
      name: `expand: [${x.join(', ')}] over ${axes}`,
      op: 'expand',
      operands: { x: float(x), like: float(['batch', 'time', 19], undefined, { constant: true }) },
      attributes: { axes },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
]

const masks: Case[] = [
  defineCase({ name: 'toFloat: steps', op: 'toFloat', operands: { x: mask }, tolerance: 0, ...RAGGED }),
  defineCase({
    name: 'notEqual: ids',
    op: 'notEqual',
    operands: { x: int(['batch', 'time'], wholeBelow(3)) },
    attributes: { value: 0 },
    tolerance: 0,
    ...RAGGED,
  }),
  ...[1, 19].map((N) =>
    defineCase({
      name: `anyNotEqual: ${N} columns`,
      op: 'anyNotEqual',
      operands: {
        x: float(['batch', 'time', N], (generator, shape) => {
          const values = Array.from({ length: shape[0] * shape[1] }, () => generator.below(2))
          return values.flatMap((other) =>
            Array.from({ length: N }, (_, n) => (n === N - 1 && other ? 3 : 0.1)),
          )
        }),
      },
      attributes: { value: 0.1 },
      tolerance: 0,
      ...RAGGED,
    }),
  ),
]

const sparse: Case[] = [
  ...[1, 5, 19].map((N) =>
    defineCase({
      name: `sparsemax: ${N} columns`,
      op: 'sparsemax',
      operands: { x: float(['batch', 'time', N]) },
      differentiable: ['y'],
      ...RAGGED,
    }),
  ),
  defineCase({
    name: 'sparsemax: equal numbers',
    op: 'sparsemax',
    operands: { x: float(['batch', 18], listed(0.5, 0.25, 0.5, -1)) },
    differentiable: ['y'],
    smooth: false,
    ...SPARE,
  }),
]

const drawn: Case[] = [
  defineCase({
    name: 'noise: steps',
    op: 'noise',
    operands: { generator: int([4], listed(0x12345678, -2, 77, 1)), like: float(['batch', 'time', 19]) },
    attributes: { stream: 3 },
    ...RAGGED,
  }),
  defineCase({
    name: 'seeded: a generator',
    op: 'seeded',
    operands: { generator: int([4], listed(0x12345678, -2, 77, 1)) },
    attributes: { seed: 2 ** 40 + 2 ** 31 + 5 },
    counts: {},
    tolerance: 0,
  }),
  defineCase({
    name: 'constant: a matrix',
    op: 'constant',
    operands: {},
    attributes: { shape: [2, 18], values: Array.from({ length: 36 }, (_, i) => i / 7) },
    counts: {},
  }),
]

const updates: Case[] = [
  defineCase({
    name: 'assign: a matrix of gates',
    op: 'assign',
    operands: {
      target: float([7, 57], undefined, { gates: 3 }),
      value: float([7, 57], undefined, { gates: 3 }),
    },
    counts: {},
    tolerance: 0,
  }),
  defineCase({
    name: 'assign: a vector',
    op: 'assign',
    operands: { target: float([19]), value: float([19]) },
    counts: {},
    tolerance: 0,
  }),
]

export const GENERAL_CASES: readonly Case[] = [
  ...binaries,
  ...unaries,
  ...far,
  ...scales,
  ...selects,
  ...reductions,
  ...extremes,
  ...sums,
  ...masks,
  ...sparse,
  ...drawn,
  ...updates,
]
