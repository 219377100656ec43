import type { Meaning, Op } from './op.ts'
import { columns } from './shapes.ts'

/**
 * Gradient of y = x·kernel + bias with respect to kernel and bias, summed over all rows and steps:
 * dKernel = Σ_t Σ_b x_tᵀ·dy_t, dBias = Σ_t Σ_b dy_t; t ascending, then b ascending, whatever the number of threads.
 *
 * For a recurrent kernel (shift 1) step t's input is the output of the step before: x_{t−1}, or x_{t+1} with `reverse`;
 * the first step processed takes `initial` [B, K], or counts as zero without it.
 */
export const weightGradient: Op<
  'x' | 'dy' | 'initial',
  'dKernel' | 'dBias',
  { readonly shift: number; readonly reverse: boolean }
> = {
  name: 'weightGradient',
  inputs: ['x', 'dy', 'initial'],
  optional: ['initial'],
  outputs: ['dKernel', 'dBias'],
  split: 'panels',

  infer({ x, dy }) {
    const type = { dtype: 'float32', gates: dy.gates } as const
    return {
      dKernel: { ...type, shape: [columns(x), columns(dy)], rowGates: x.gates },
      dBias: { ...type, shape: [columns(dy)] },
    }
  },
}

export const evaluateWeightGradient: Meaning<typeof weightGradient> = (
  { x, dy, initial },
  { dKernel, dBias },
  { shift, reverse },
) => {
  const [K, N] = dKernel.shape
  const B = x.shape[0]
  const T = x.data.length / (B * K)
  for (let t = 0; t < T; t++) {
    const source = reverse ? t + shift : t - shift
    for (let b = 0; b < B; b++) {
      const inside = source >= 0 && source < T
      const from = inside ? x : initial
      const at = inside ? (b * T + source) * K : b * K
      for (let n = 0; n < N; n++) {
        const d = dy.data[(b * T + t) * N + n]
        dBias.data[n] += d
        if (from) for (let k = 0; k < K; k++) dKernel.data[k * N + n] += from.data[at + k] * d
      }
    }
  }
}
