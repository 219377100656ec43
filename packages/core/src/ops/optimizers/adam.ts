import type { Meaning, Op } from '../op.ts'
import { requireSameShape } from '../shapes.ts'

/**
 * Adam (Kingma & Ba 2015), as in Keras, whose ε stands beside √v before the bias correction (the paper's ε̂), and AdamW
 * (Loshchilov & Hutter 2019). hyper = [α, 1 − β₁, 1 − β₂, ε, λ · weight decay (0: none)] with
 * α = λ √(1 − β₂ᵗ) / (1 − β₁ᵗ), t counted from 1.
 *
 *   w ← w − w · hyper[4]
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

  flops: ({ parameter }) => 14 * parameter.reduce((product, dim) => product * dim, 1),
}

export const evaluateAdam: Meaning<typeof adam> = ({
  parameter: { data: w },
  gradient: { data: g },
  m: { data: m },
  v: { data: v },
  vMax,
  hyper,
}) => {
  const [α, oneMinusβ1, oneMinusβ2, ε, decay] = hyper.data
  for (let i = 0; i < w.length; i++) {
    w[i] -= w[i] * decay
    m[i] += (g[i] - m[i]) * oneMinusβ1
    v[i] += (g[i] ** 2 - v[i]) * oneMinusβ2
    if (vMax) vMax.data[i] = Math.max(vMax.data[i], v[i])
    w[i] -= (m[i] * α) / (Math.sqrt(vMax ? vMax.data[i] : v[i]) + ε)
  }
}
