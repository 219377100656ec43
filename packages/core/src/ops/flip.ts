import { type Dim, formatType, hasRows, type ValueType } from '../program/program.ts'
import type { Op } from './op.ts'

// The one move that recurrent layers need; the others: moves.ts.

export interface AlongAxis extends Record<string, number> {
  readonly axis: number
}

/** The shape with another length along an axis. */
export function withLength(op: string, type: ValueType, axis: number, length: Dim): ValueType {
  checkAxis(op, type, axis)
  if (type.dtype === 'float32' && axis === type.shape.length - 1 && typeof length !== 'number')
    throw new Error(`operation '${op}': the last axis must have a fixed size`)
  return { shape: type.shape.with(axis, length), dtype: type.dtype }
}

function checkAxis(op: string, type: ValueType, axis: number): void {
  if (!hasRows(type) || axis < 1 || axis >= type.shape.length)
    throw new Error(`operation '${op}' moves entries within rows; got axis ${axis} of ${formatType(type)}`)
}

/** y = x from its last entry to its first along an axis. */
export const flip: Op<'x', 'y', AlongAxis> = {
  name: 'flip',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { axis }) {
    return { y: withLength('flip', x, axis, x.shape[axis]) }
  },

  gradient({ attributes, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(flip, { x: dy }, attributes).y }
  },
}
