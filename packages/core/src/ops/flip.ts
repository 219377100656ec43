import { formatType } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'

/** y = x with its steps in the other order: x and y [B, T, N], or int32 [B, T]. */
export const flip: Op<'x', 'y'> = {
  name: 'flip',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    if (x.shape.length !== (x.dtype === 'int32' ? 2 : 3))
      throw new Error(`operation 'flip' takes one axis of steps; got ${formatType(x)}`)
    return { y: x }
  },

  gradient({ outputGradients: { y: dy }, emit }) {
    return { x: emit(flip, { x: dy }, {}).y }
  },
}

export const evaluateFlip: Meaning<typeof flip> = ({ x }, { y }) => {
  const [B, T, N = 1] = x.shape
  for (let b = 0; b < B; b++) {
    for (let t = 0; t < T; t++)
      y.data.set(x.data.subarray((b * T + t) * N, (b * T + t + 1) * N), (b * T + T - 1 - t) * N)
  }
}
