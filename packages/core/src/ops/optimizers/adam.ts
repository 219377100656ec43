import type { Meaning, Op } from '../op.ts'
import { requireSameShape } from '../shapes.ts'

/** Where the numbers stand in Adam's `hyper`; the kernel in kernels/optimizers.ts reads them in this order. */
export const ADAM_HYPER = {
  /** λ √(1 − β₂ᵗ) / (1 − β₁ᵗ) with the learning rate λ, t counted from 1. */
  alpha: 0,
  oneMinusBeta1: 1,
  oneMinusBeta2: 2,
  epsilon: 3,
  /** λ · weight decay; 0: none. */
  decay: 4,
} as const

/**
 * Adam (Kingma & Ba 2015), as in Keras, whose ε stands beside √v before the bias correction (the paper's ε̂), and AdamW
 * (Loshchilov & Hutter 2019). The numbers in `hyper` stand as in ADAM_HYPER.
 *
 *   w ← w − w · decay
 *   m ← m + (g − m)(1 − β₁)      v ← v + (g² − v)(1 − β₂)
 *   w ← w − α m / (√v + ε)       amsgrad (slot `vMax`, Reddi et al. 2018): vMax ← max(vMax, v) in place of v
 */
export const adam: Op<'parameter' | 'gradient' | 'm' | 'v' | 'vMax' | 'hyper', never> = {
  name: 'adam',
  inputs: ['parameter', 'gradient', 'm', 'v', 'vMax', 'hyper'],
  optional: ['vMax'],
  outputs: [],
  split: 'panels',
  own: ['parameter', 'gradient', 'm', 'v', 'vMax'],
  updates: ['parameter', 'm', 'v', 'vMax'],

  infer({ parameter, gradient }) {
    requireSameShape('adam', parameter, gradient)
    return {}
  },
}

export const evaluateAdam: Meaning<typeof adam> = ({
  parameter: { data: w },
  gradient: { data: g },
  m: { data: m },
  v: { data: v },
  vMax,
  hyper,
}) => {
  const α = hyper.data[ADAM_HYPER.alpha]
  const oneMinusβ1 = hyper.data[ADAM_HYPER.oneMinusBeta1]
  const oneMinusβ2 = hyper.data[ADAM_HYPER.oneMinusBeta2]
  const ε = hyper.data[ADAM_HYPER.epsilon]
  const decay = hyper.data[ADAM_HYPER.decay]
  for (let i = 0; i < w.length; i++) {
    w[i] -= w[i] * decay
    m[i] += (g[i] - m[i]) * oneMinusβ1
    v[i] += (g[i] ** 2 - v[i]) * oneMinusβ2
    if (vMax) vMax.data[i] = Math.max(vMax.data[i], v[i])
    w[i] -= (m[i] * α) / (Math.sqrt(vMax ? vMax.data[i] : v[i]) + ε)
  }
}
