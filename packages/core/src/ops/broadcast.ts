import { type Dim, formatType, hasRows, type ValueType } from '../program/program.ts'
import type { Float64Tensor } from './op.ts'

// Operands of different shapes meet as in NumPy, with two rules of the layout: the batch meets the batch, the last axis
// the last. So [B, N] serves all steps of [B, T, N], a parameter [N] all rows too, and [B, T, 1] all columns.

/** Logical shape of what meets others: int32 [B, T] has one number a step and counts as [B, T, 1]. */
function entriesOf({ dtype, shape }: ValueType): readonly Dim[] {
  return dtype === 'int32' ? [...shape, 1] : shape
}

/** The operand's shape with 1 for each axis it lacks: behind the batch, behind a mask's steps, in front of a parameter's. */
export function aligned(type: ValueType, rank: number): readonly Dim[] {
  const shape = entriesOf(type)
  const missing = new Array<Dim>(rank - shape.length).fill(1)
  if (type.dtype === 'int32') return [...shape, ...missing]
  return hasRows(type) ? [shape[0], ...missing, ...shape.slice(1)] : [...missing, ...shape]
}

/** Type of what comes of operands that meet entry by entry. */
export function broadcast(op: string, types: readonly ValueType[]): ValueType {
  const batch = types.some(hasRows)
  const ranks = types.map((type) => entriesOf(type).length + (batch && !hasRows(type) ? 1 : 0))
  const rank = Math.max(...ranks)
  const shapes = types.map((type) => aligned(type, rank))
  const shape = Array.from({ length: rank }, (_, axis) => {
    const dims = [...new Set(shapes.map((dims) => dims[axis]))].filter((dim) => dim !== 1)
    if (dims.length > 1)
      throw new Error(`operation '${op}': shapes do not fit each other: ${types.map(formatType).join(', ')}`)
    return dims[0] ?? 1
  })
  const whole = types.filter((_, i) => shapes[i][rank - 1] === shape[rank - 1])
  const [{ gates, rowGates }] = whole
  if (whole.some((type) => (type.gates ?? 1) !== (gates ?? 1)))
    throw new Error(
      `operation '${op}': gate blocks do not fit each other: ${types.map(formatType).join(', ')}`,
    )
  return { shape, dtype: 'float32', gates, rowGates: batch ? undefined : rowGates }
}

/** The entry of an operand that meets entry `index` of the result. */
export function reader(operand: Float64Tensor, { shape }: Float64Tensor): (index: number) => number {
  const { type } = operand
  if (!type) throw new Error('an operand that meets others needs its type')
  const dims = aligned(type, shape.length)
  const strides: number[] = []
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = dims[axis] === 1 ? 0 : stride
    if (dims[axis] !== 1) stride *= shape[axis]
  }
  return (index) => {
    let at = 0
    for (let axis = shape.length - 1, rest = index; axis >= 0; axis--) {
      at += (rest % shape[axis]) * strides[axis]
      rest = Math.floor(rest / shape[axis])
    }
    return operand.data[at]
  }
}
