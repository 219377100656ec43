import { type Dim, formatType, sizeOf, type ValueType } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'

/** The same entries of every row in another shape. x [B, …] → y [B, ...shape]. */
export const reshape: Op<'x', 'y', { readonly shape: readonly number[] }> = {
  name: 'reshape',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }, { shape }) {
    const have = entriesPerRow(x)
    const want = sizeOf(shape)
    if (have !== want) {
      throw new Error(
        `operation 'reshape': a row of ${formatType(x)} has ${have} entries, the shape [${shape}] needs ${want}`,
      )
    }
    return { y: { shape: [x.shape[0], ...shape], dtype: x.dtype } }
  },

  gradient({ inputs: { x }, outputGradients: { y: dy }, emit }) {
    return { x: emit(reshape, { x: dy }, { shape: x.shape.slice(1).map((dim) => fixed(x, dim)) }).y }
  },
}

export const evaluateReshape: Meaning<typeof reshape> = ({ x }, { y }) => {
  y.data.set(x.data)
}

function entriesPerRow(type: ValueType): number {
  return type.shape.slice(1).reduce<number>((product, dim) => product * fixed(type, dim), 1)
}

function fixed(type: ValueType, dim: Dim): number {
  if (typeof dim === 'number') return dim
  throw new Error(
    `operation 'reshape': every axis but the first must have a fixed size; got ${formatType(type)}`,
  )
}
