import { erf } from '../math/erf.ts'
import { evaluateAssign } from './assign.ts'
import { reader } from './broadcast.ts'
import { evaluateConstant } from './constant.ts'
import type {
  BinaryKind,
  binary,
  count,
  expand,
  ReduceKind,
  reduce,
  select,
  UnaryKind,
  unary,
} from './general.ts'
import { evaluateAnyNotEqual, evaluateNotEqual, evaluateToFloat } from './masks.ts'
import { evaluateNoise } from './noise.ts'
import type { Float64Tensor, Meaning } from './op.ts'
import { evaluateProduct } from './product.ts'
import type { scale } from './scale.ts'
import { evaluateSeeded } from './seeded.ts'
import { evaluateSparsemax, evaluateSparsemaxGradient } from './sparsemax.ts'

// What the general operations mean.

const BINARY: Readonly<Record<BinaryKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  maximum: (a, b) => Math.max(a, b),
  minimum: (a, b) => Math.min(a, b),
  less: (a, b) => Number(a < b),
  lessEqual: (a, b) => Number(a <= b),
  greater: (a, b) => Number(a > b),
  greaterEqual: (a, b) => Number(a >= b),
  equal: (a, b) => Number(a === b),
  notEqual: (a, b) => Number(a !== b),
  power: (a, b) => a ** b,
}

const evaluateBinary: Meaning<typeof binary> = ({ a, b }, { y }, { kind, constant }) => {
  const left = reader(a, y)
  const right = b ? reader(b, y) : () => constant
  for (let i = 0; i < y.data.length; i++) y.data[i] = BINARY[kind](left(i), right(i))
}

const UNARY: Readonly<Record<UnaryKind, (x: number) => number>> = {
  negative: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  reciprocal: (x) => 1 / x,
  rsqrt: (x) => 1 / Math.sqrt(x),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  erf: erf,
  stop: (x) => x,
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
}

const evaluateUnary: Meaning<typeof unary> = ({ x }, { y }, { kind }) => {
  y.data.set(x.data.map((entry) => UNARY[kind](entry)))
}

const evaluateScale: Meaning<typeof scale> = ({ x }, { y }, { factor, offset }) => {
  y.data.set(x.data.map((entry) => entry * factor + offset))
}

const evaluateSelect: Meaning<typeof select> = ({ condition, a, b }, { y }, { yes, no }) => {
  const chosen = reader(condition, y)
  const first = a ? reader(a, y) : () => yes
  const second = b ? reader(b, y) : () => no
  for (let i = 0; i < y.data.length; i++) y.data[i] = chosen(i) !== 0 ? first(i) : second(i)
}

const REDUCE: Readonly<Record<ReduceKind, { start: number; take: (a: number, b: number) => number }>> = {
  sum: { start: 0, take: (a, b) => a + b },
  max: { start: Number.NEGATIVE_INFINITY, take: (a, b) => Math.max(a, b) },
  min: { start: Number.POSITIVE_INFINITY, take: (a, b) => Math.min(a, b) },
}

const evaluateReduce: Meaning<typeof reduce> = ({ x }, { y }, { kind, axes }) => {
  const { start, take } = REDUCE[kind]
  const place = reducedPlace(x.shape, axes)
  y.data.fill(start)
  for (let i = 0; i < x.data.length; i++) y.data[place(i)] = take(y.data[place(i)], x.data[i])
}

const evaluateExpand: Meaning<typeof expand> = ({ x }, { y }, { axes }) => {
  const place = reducedPlace(y.shape, axes)
  for (let i = 0; i < y.data.length; i++) y.data[i] = x.data[place(i)]
}

const evaluateCount: Meaning<typeof count> = ({ like }, { y }, { axes }) => {
  y.data.fill(axes.reduce((product, axis) => product * like.shape[axis], 1))
}

/** Where an entry of x goes. */
function reducedPlace(shape: Float64Tensor['shape'], axes: readonly number[]): (index: number) => number {
  const strides: number[] = []
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = axes.includes(axis) ? 0 : stride
    if (!axes.includes(axis)) stride *= shape[axis]
  }
  return (index) => {
    let at = 0
    for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis]
      rest = Math.floor(rest / shape[axis])
    }
    return at
  }
}

export const GENERAL_MEANINGS: Readonly<Record<string, unknown>> = {
  binary: evaluateBinary,
  unary: evaluateUnary,
  scale: evaluateScale,
  select: evaluateSelect,
  reduce: evaluateReduce,
  expand: evaluateExpand,
  count: evaluateCount,
  toFloat: evaluateToFloat,
  notEqual: evaluateNotEqual,
  anyNotEqual: evaluateAnyNotEqual,
  assign: evaluateAssign,
  constant: evaluateConstant,
  noise: evaluateNoise,
  product: evaluateProduct,
  seeded: evaluateSeeded,
  sparsemax: evaluateSparsemax,
  sparsemaxGradient: evaluateSparsemaxGradient,
}
