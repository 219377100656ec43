import type { Meaning, Op } from './op.ts'
import { requireInt32 } from './shapes.ts'

/** y [B, …, 1] = x int32 [B, …] in floating point. */
export const toFloat: Op<'x', 'y'> = {
  name: 'toFloat',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    requireInt32('toFloat', 'x', x)
    return { y: { shape: [...x.shape, 1], dtype: 'float32' } }
  },
}

export const evaluateToFloat: Meaning<typeof toFloat> = ({ x }, { y }) => {
  y.data.set(x.data)
}

type Comparison = { readonly value: number }

/** The mask of ids: y = 1 where x ≠ value, else 0; x and y int32 [B, …]. */
export const notEqual: Op<'x', 'y', Comparison> = {
  name: 'notEqual',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    requireInt32('notEqual', 'x', x)
    return { y: { shape: x.shape, dtype: 'int32' } }
  },
}

export const evaluateNotEqual: Meaning<typeof notEqual> = ({ x }, { y }, { value }) => {
  y.data.set(x.data.map((id) => Number(id !== value)))
}

/** The mask of vectors: y = 1 where any column differs from value, else 0. x [B, …, N], y int32 [B, …]. */
export const anyNotEqual: Op<'x', 'y', Comparison> = {
  name: 'anyNotEqual',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    return { y: { shape: x.shape.slice(0, -1), dtype: 'int32' } }
  },
}

export const evaluateAnyNotEqual: Meaning<typeof anyNotEqual> = ({ x }, { y }, { value }) => {
  const N = x.shape[x.shape.length - 1]
  const wanted = Math.fround(value)
  for (let row = 0; row < y.data.length; row++)
    y.data[row] = Number(x.data.subarray(row * N, (row + 1) * N).some((entry) => entry !== wanted))
}
