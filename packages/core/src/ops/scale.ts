import type { ValueType } from '../program/program.ts'
import type { Op } from './op.ts'

interface ScaleAttributes extends Record<string, number> {
  readonly factor: number
  readonly offset: number
}

/** y = x · factor + offset, each of the two rounded. In a file of its own: it needs no other operation. */
export const scale: Op<'x', 'y', ScaleAttributes> = {
  name: 'scale',
  inputs: ['x'],
  outputs: ['y'],
  split: 'elements',
  inPlace: { y: 'x' },

  infer({ x: { shape, gates, rowGates } }) {
    return { y: { shape, gates, rowGates, dtype: 'float32' } satisfies ValueType }
  },

  gradient({ attributes: { factor }, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(scale, { x: dy }, { factor, offset: 0 }).y }
  },
}
