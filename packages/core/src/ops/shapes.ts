import { formatType, type ValueType } from '../program/program.ts'
import type { Float64Tensor } from './op.ts'

/** Size of the last axis, which is never a named extent. */
export function columns(type: ValueType): number {
  const last = type.shape[type.shape.length - 1]
  if (typeof last !== 'number')
    throw new Error(`the last axis must have a fixed size; got ${formatType(type)}`)
  return last
}

/** One number for each row and step of this value: its shape with a last axis of 1. */
export function onePerStep(type: ValueType): ValueType {
  return { shape: [...type.shape.slice(0, -1), 1], dtype: 'float32' }
}

/** Checks that x [.., K] can be multiplied by matrix [K, ..]. */
export function matrixRows(op: string, x: ValueType, matrix: ValueType): void {
  if (columns(x) !== matrix.shape[0]) {
    throw new Error(`operation '${op}': x ${formatType(x)} does not fit a matrix ${formatType(matrix)}`)
  }
}

export function requireSameShape(op: string, a: ValueType, b: ValueType): void {
  if (a.shape.length !== b.shape.length || a.shape.some((dim, axis) => dim !== b.shape[axis])) {
    throw new Error(
      `operation '${op}': its operands must have equal shapes; got ${formatType(a)} and ${formatType(b)}`,
    )
  }
}

export function requireInt32(op: string, operand: string, type: ValueType): void {
  if (type.dtype !== 'int32')
    throw new Error(`operation '${op}': its operand '${operand}' must be int32; got ${formatType(type)}`)
}

/** The ranges of a tensor's data that run along its last axis. */
export function eachRow(tensor: Float64Tensor): { from: number; to: number; row: number }[] {
  const N = tensor.shape[tensor.shape.length - 1]
  return Array.from({ length: tensor.data.length / N }, (_, row) => ({
    row,
    from: row * N,
    to: (row + 1) * N,
  }))
}
