import type { Meaning, Op } from './op.ts'

/**
 * finite [1] = 1 where every entry of `loss` [B, …, 1] is finite, 0 otherwise; there the run stops, so that a loss
 * that has blown up changes no weight.
 */
export const guard: Op<'loss', 'finite'> = {
  name: 'guard',
  inputs: ['loss'],
  outputs: ['finite'],
  split: 'alone',
  halts: 'finite',

  infer() {
    return { finite: { shape: [1], dtype: 'float32' } }
  },
}

export const evaluateGuard: Meaning<typeof guard> = ({ loss }, { finite }) => {
  finite.data[0] = loss.data.every(Number.isFinite) ? 1 : 0
}
