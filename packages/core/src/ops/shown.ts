import type { Meaning, Op } from './op.ts'
import { isHeld, processingOrder } from './recurrent.ts'
import { requireInt32 } from './shapes.ts'

export interface ShownAttributes extends Record<string, boolean> {
  /** From the first step on that is not masked; otherwise those steps alone that are not. */
  readonly since: boolean
  /** h has no steps: it is the state after the last step processed. */
  readonly last: boolean
  /** As in the recurrent operation. */
  readonly reverse: boolean
}

/**
 * What Keras shows of a state h where a mask holds it: y = h at the steps shown, zero at the others. mask int32 [B, T];
 * h [B, T, H] at every step, or [B, H] after the last one processed.
 */
export const shown: Op<'h' | 'mask', 'y', ShownAttributes> = {
  name: 'shown',
  inputs: ['h', 'mask'],
  outputs: ['y'],
  split: 'rows',

  infer({ h, mask }) {
    requireInt32('shown', 'mask', mask)
    return { y: { shape: h.shape, dtype: 'float32' } }
  },

  gradient({ inputs: { mask }, attributes, outputGradients: { y: dy }, emit }) {
    return { h: emit(shown, { h: dy, mask }, attributes).y }
  },
}

export const evaluateShown: Meaning<typeof shown> = ({ h, mask }, { y }, { since, last, reverse }) => {
  const [B, T] = mask.shape
  const H = h.shape[h.shape.length - 1]
  for (let b = 0; b < B; b++) {
    let isShown = false
    for (const t of processingOrder(T, reverse)) {
      isShown = !isHeld(mask, b, t) || (since && isShown)
      const at = (last ? b : b * T + t) * H
      y.data.set(isShown ? h.data.subarray(at, at + H) : new Float64Array(H), at)
    }
  }
}
