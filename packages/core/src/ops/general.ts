import { type Dim, formatType, hasRows, type Value, type ValueType } from '../program/program.ts'
import { activation } from './activation.ts'
import { aligned, broadcast } from './broadcast.ts'
import type { Emit, GradientContext, Op } from './op.ts'
import { scale } from './scale.ts'

// The general operations, which layers, losses and optimizers are composed of, and `expressions`, the short words for them.
// In one file, since the gradient of each is composed of the others. What they mean: generalMeanings.ts.

// ---- entry by entry

/** What a pair of entries becomes; comparisons give 1 or 0. kernels/more/elementwise.ts has this order. */
export const BINARY_KINDS = [
  ...(['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum'] as const),
  ...(['less', 'lessEqual', 'greater', 'greaterEqual', 'equal', 'notEqual', 'power'] as const),
] as const

export type BinaryKind = (typeof BINARY_KINDS)[number]

interface BinaryAttributes extends Record<string, string | number> {
  readonly kind: BinaryKind
  /** Stands in for b where that is not given. */
  readonly constant: number
}

/** y = a ∘ b, entry by entry, of shapes that meet as `broadcast.ts` says. */
export const binary: Op<'a' | 'b', 'y', BinaryAttributes> = {
  name: 'binary',
  inputs: ['a', 'b'],
  optional: ['b'],
  outputs: ['y'],
  split: 'elements',

  infer({ a, b }) {
    return { y: broadcast('binary', b ? [a, b] : [a]) }
  },

  gradient(context) {
    const { inputs, needs, emit } = context
    const of = (operand: 'a' | 'b') => {
      const own = needs(operand) && inputs[operand] ? slope(context, operand) : undefined
      return own && gradientTo(emit, own, inputs[operand])
    }
    return { a: of('a'), b: of('b') }
  },
}

/** The gradient of one operand in the result's shape; where two are equal, TensorFlow gives it to the first. */
function slope(
  {
    inputs: { a, b },
    outputs: { y },
    attributes: { kind, constant },
    outputGradients: { y: dy },
    emit,
  }: GradientContext<'a' | 'b', 'y', BinaryAttributes>,
  operand: 'a' | 'b',
): Value | undefined {
  if (!dy) return undefined
  const { negative, multiply, divide, subtract, power, log, where, compare } = expressions(emit)
  const first = operand === 'a'
  const other = b ?? constant
  if (kind === 'add') return dy
  if (kind === 'subtract') return first ? dy : negative(dy)
  if (kind === 'multiply') return multiply(dy, first ? other : a)
  if (kind === 'divide') return first ? divide(dy, other) : negative(divide(multiply(dy, y), b))
  if (kind === 'power')
    return multiply(
      dy,
      first
        ? multiply(power(a, b ? subtract(b, 1) : constant - 1), other)
        : multiply(y, where(compare('greater', a, 0), log(a), 0)),
    )
  if (kind === 'maximum' || kind === 'minimum') {
    const chosen = compare(kind === 'maximum' ? 'greaterEqual' : 'lessEqual', a, other)
    return first ? where(chosen, dy, 0) : where(chosen, 0, dy)
  }
  return undefined
}

/** What an entry becomes; `stop` lets it pass, and no gradient. kernels/more/elementwise.ts has this order. */
export const UNARY_KINDS = [
  ...(['negative', 'abs', 'sign', 'floor', 'square', 'sqrt', 'reciprocal', 'rsqrt'] as const),
  ...(['exp', 'expm1', 'log', 'log1p', 'erf', 'softplus', 'stop'] as const),
] as const

export type UnaryKind = (typeof UNARY_KINDS)[number]

/** dx, from x, y and dy; absent where it is zero. */
const SLOPES: Partial<Record<UnaryKind, (e: Expressions, x: Value, y: Value, dy: Value) => Value>> = {
  negative: (e, _x, _y, dy) => e.negative(dy),
  abs: (e, x, _, dy) => e.multiply(dy, e.sign(x)),
  square: (e, x, _, dy) => e.multiply(dy, e.scale(x, 2)),
  sqrt: (e, _, y, dy) => e.divide(e.scale(dy, 0.5), y),
  reciprocal: (e, _, y, dy) => e.multiply(dy, e.negative(e.square(y))),
  rsqrt: (e, _, y, dy) => e.multiply(e.scale(dy, -0.5), e.multiply(y, e.square(y))),
  exp: (e, _, y, dy) => e.multiply(dy, y),
  expm1: (e, x, _, dy) => e.multiply(dy, e.exp(x)),
  log: (e, x, _, dy) => e.divide(dy, x),
  log1p: (e, x, _, dy) => e.divide(dy, e.scale(x, 1, 1)),
  erf: (e, x, _, dy) => e.multiply(dy, e.scale(e.exp(e.negative(e.square(x))), 2 / Math.sqrt(Math.PI))),
  softplus: (e, x, _, dy) => e.multiply(dy, e.sigmoid(x)),
}

/** y = f(x), entry by entry. */
export const unary: Op<'x', 'y', { readonly kind: UnaryKind }> = {
  name: 'unary',
  inputs: ['x'],
  outputs: ['y'],
  split: 'elements',
  inPlace: { y: 'x' },

  infer({ x }) {
    return { y: { ...shapeOf(x), dtype: 'float32' } }
  },

  gradient({ inputs: { x }, outputs: { y }, attributes: { kind }, outputGradients: { y: dy }, emit }) {
    return { x: dy && SLOPES[kind]?.(expressions(emit), x, y, dy) }
  },
}

interface SelectAttributes extends Record<string, number> {
  /** Stand in for a and b where those are not given. */
  readonly yes: number
  readonly no: number
}

/**
 * y = condition ≠ 0 ? a : b, entry by entry, of shapes that meet as `broadcast.ts` says. A mask, int32 [B, T], chooses
 * whole steps.
 */
export const select: Op<'condition' | 'a' | 'b', 'y', SelectAttributes> = {
  name: 'select',
  inputs: ['condition', 'a', 'b'],
  optional: ['a', 'b'],
  outputs: ['y'],
  split: 'elements',

  infer({ condition, a, b }) {
    return { y: broadcast('select', [a, b, condition].filter(Boolean)) }
  },

  gradient({ inputs: { condition, a, b }, outputGradients: { y: dy }, needs, emit }) {
    if (!dy) return {}
    const { where } = expressions(emit)
    return {
      a: a && needs('a') ? gradientTo(emit, where(condition, dy, 0), a) : undefined,
      b: b && needs('b') ? gradientTo(emit, where(condition, 0, dy), b) : undefined,
    }
  },
}

// ---- along axes

/** How entries are taken together. kernels/more/reduce.ts has this order. */
export const REDUCE_KINDS = ['sum', 'max', 'min'] as const

export type ReduceKind = (typeof REDUCE_KINDS)[number]

interface ReduceAttributes extends Record<string, string | boolean | readonly number[]> {
  readonly kind: ReduceKind
  /** Axes of the logical shape, ascending; 0 is the batch. */
  readonly axes: readonly number[]
  /** Do they stay, with size 1? Otherwise they go, but for the last axis, which always stays. */
  readonly keep: boolean
}

/**
 * y = sum, maximum or minimum of x over some axes, in double precision: steps ascending, then rows, then columns, whatever
 * the number of threads. Over the batch, what comes is shaped like a parameter.
 */
export const reduce: Op<'x', 'y', ReduceAttributes> = {
  name: 'reduce',
  inputs: ['x'],
  outputs: ['y'],
  split: 'elements',

  infer({ x }, { axes, keep }) {
    const shape = reducedShape(x.shape, axes, keep)
    if (
      shape
        .slice(hasRows(x) && !axes.includes(0) ? 1 : 0)
        .some((dim) => axes.includes(0) && typeof dim === 'string')
    )
      throw new Error(`operation 'reduce': without its batch, ${formatType(x)} must have fixed sizes`)
    const whole = !axes.includes(x.shape.length - 1)
    return { y: { shape, dtype: 'float32', gates: whole ? x.gates : undefined } }
  },

  gradient({ inputs: { x }, outputs: { y }, attributes, outputGradients: { y: dy }, emit }) {
    if (!dy) return {}
    const { kind } = attributes
    if (kind === 'sum') return { x: emit(expand, { x: dy, like: x }, { axes: attributes.axes }).y }
    // the gradient goes in equal parts to all that are largest
    const again = { axes: attributes.axes }
    const e = expressions(emit)
    const chosen = e.compare('equal', x, emit(expand, { x: y, like: x }, again).y)
    const parts = e.divide(dy, emit(reduce, { x: chosen }, { ...attributes, kind: 'sum' }).y)
    return { x: e.multiply(chosen, emit(expand, { x: parts, like: x }, again).y) }
  },
}

/** y = x repeated over the axes that a reduction of `like` over them took away, or left with size 1. */
export const expand: Op<'x' | 'like', 'y', { readonly axes: readonly number[] }> = {
  name: 'expand',
  inputs: ['x', 'like'],
  shapeOnly: ['like'],
  outputs: ['y'],
  split: 'elements',

  infer({ x, like }, { axes }) {
    const rest = [true, false].some((keep) => same(reducedShape(like.shape, axes, keep), x.shape))
    if (!rest)
      throw new Error(
        `operation 'expand': ${formatType(x)} is not what is left of ${formatType(like)} without its axes ${axes}`,
      )
    return { y: { shape: like.shape, dtype: 'float32', gates: like.gates } }
  },

  gradient({ inputs: { x, like }, attributes: { axes }, outputGradients: { y: dy }, emit }) {
    const keep = x.shape.length === like.shape.length
    return { x: dy && emit(reduce, { x: dy }, { kind: 'sum', axes, keep }).y }
  },
}

/** y = so many entries a reduction of `like` over these axes takes together: [1], or of each row, [B, 1]. */
export const count: Op<'like', 'y', { readonly axes: readonly number[] }> = {
  name: 'count',
  inputs: ['like'],
  shapeOnly: ['like'],
  outputs: ['y'],
  split: 'elements',

  infer({ like }, { axes }) {
    const perRow = hasRows(like) && !axes.includes(0)
    return { y: { shape: perRow ? [like.shape[0], 1] : [1], dtype: 'float32' } }
  },
}

function reducedShape(shape: readonly Dim[], axes: readonly number[], keep: boolean): Dim[] {
  return shape.flatMap((dim, axis) => {
    if (!axes.includes(axis)) return [dim]
    return keep || axis === shape.length - 1 ? [1] : []
  })
}

function same(a: ValueType['shape'], b: ValueType['shape']): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}

/** The gradient of an operand that was repeated: dy summed over what it was repeated over, in the operand's shape. */
function gradientTo(emit: Emit, dy: Value, operand: Value): Value {
  const rank = dy.shape.length
  const target = aligned(operand, rank)
  const first = hasRows(operand) ? 1 : 0
  const behind = first + rank - operand.shape.length
  const repeated = target.flatMap((dim, axis) => (dim === 1 && dy.shape[axis] !== 1 ? [axis] : []))
  if (behind === first)
    return repeated.length === 0 ? dy : emit(reduce, { x: dy }, { kind: 'sum', axes: repeated, keep: true }).y
  // axes that the operand has but of size 1 stay; those it lacks go
  const kept = repeated.filter((axis) => axis >= behind && axis < rank - 1)
  const x = kept.length === 0 ? dy : emit(reduce, { x: dy }, { kind: 'sum', axes: kept, keep: true }).y
  const gone = Array.from({ length: behind - first }, (_, i) => first + i)
  const axes = repeated.includes(rank - 1) ? [...gone, rank - 1] : gone
  return emit(reduce, { x }, { kind: 'sum', axes, keep: false }).y
}

function shapeOf({ shape, gates, rowGates }: ValueType) {
  return { shape, gates, rowGates }
}

// ---- in short

export type Expressions = ReturnType<typeof expressions>

type Operand = Value | number

/** The general operations in short words, for who writes more than one of them: layers, losses, gradients. */
export function expressions(emit: Emit) {
  const one = (kind: UnaryKind) => (x: Value) => emit(unary, { x }, { kind }).y
  const two = (kind: BinaryKind) => (a: Value, b: Operand) =>
    typeof b === 'number'
      ? emit(binary, { a }, { kind, constant: b }).y
      : emit(binary, { a, b }, { kind, constant: 0 }).y
  const times = (x: Value, factor: number, offset = 0) => emit(scale, { x }, { factor, offset }).y
  const over =
    (kind: ReduceKind) =>
    (x: Value, axes: readonly number[], keep = false) =>
      emit(reduce, { x }, { kind, axes, keep }).y
  return {
    add: two('add'),
    subtract: two('subtract'),
    multiply: two('multiply'),
    divide: two('divide'),
    maximum: two('maximum'),
    minimum: two('minimum'),
    power: two('power'),
    compare: (kind: BinaryKind, a: Value, b: Operand) => two(kind)(a, b),
    negative: one('negative'),
    abs: one('abs'),
    sign: one('sign'),
    floor: one('floor'),
    square: one('square'),
    sqrt: one('sqrt'),
    rsqrt: one('rsqrt'),
    reciprocal: one('reciprocal'),
    exp: one('exp'),
    expm1: one('expm1'),
    log: one('log'),
    log1p: one('log1p'),
    erf: one('erf'),
    softplus: one('softplus'),
    /** x, as a constant: no gradient flows back. */
    stop: one('stop'),
    tanh: (x: Value) => emit(activation, { x }, { kind: 'tanh' }).y,
    sigmoid: (x: Value) => emit(activation, { x }, { kind: 'sigmoid' }).y,
    relu: (x: Value) => emit(activation, { x }, { kind: 'relu' }).y,
    /** x · factor + offset. */
    scale: times,
    /** condition ≠ 0 ? a : b. */
    where: (condition: Value, a: Operand, b: Operand) =>
      emit(
        select,
        {
          condition,
          a: typeof a === 'number' ? undefined : a,
          b: typeof b === 'number' ? undefined : b,
        },
        { yes: typeof a === 'number' ? a : 0, no: typeof b === 'number' ? b : 0 },
      ).y,
    /** Over these axes of the logical shape; they go (the last one always stays), or stay with size 1. */
    sum: over('sum'),
    max: over('max'),
    min: over('min'),
    mean: (x: Value, axes: readonly number[], keep = false) =>
      two('divide')(over('sum')(x, axes, keep), entries(emit, x, axes)),
  }
}

/** So many entries as these axes have: a number, or where some are known at run time alone a value. */
function entries(emit: Emit, x: Value, axes: readonly number[]): Operand {
  const dims: Dim[] = axes.map((axis) => x.shape[axis])
  if (dims.some((dim) => typeof dim === 'string')) return emit(count, { like: x }, { axes }).y
  return dims.reduce<number>((product, dim) => product * Number(dim), 1)
}
