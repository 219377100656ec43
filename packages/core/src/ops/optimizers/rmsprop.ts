import type { Meaning, Op } from '../op.ts'
import { requireSameShape } from '../shapes.ts'

/** Where the numbers stand in RMSprop's `hyper`; the kernel in kernels/optimizers.ts reads them in this order. */
export const RMSPROP_HYPER = {
  /** λ. */
  learningRate: 0,
  rho: 1,
  oneMinusRho: 2,
  /** μ. */
  momentum: 3,
  epsilon: 4,
} as const

/**
 * RMSprop (Tieleman & Hinton 2012), as in Keras. The numbers in `hyper` stand as in RMSPROP_HYPER.
 *
 *   v ← ρ v + (1 − ρ) g²      centered (slot `average`):  a ← ρ a + (1 − ρ) g
 *   step = λ g / √(v + ε)     centered:                   step = λ g / √(v − a² + ε)
 *   w ← w − step              with the slot `momentum`:   m ← μ m + step,  w ← w − m
 */
export const rmsprop: Op<'parameter' | 'gradient' | 'velocity' | 'momentum' | 'average' | 'hyper', never> = {
  name: 'rmsprop',
  inputs: ['parameter', 'gradient', 'velocity', 'momentum', 'average', 'hyper'],
  optional: ['momentum', 'average'],
  outputs: [],
  split: 'panels',
  own: ['parameter', 'gradient', 'velocity', 'momentum', 'average'],
  updates: ['parameter', 'velocity', 'momentum', 'average'],

  infer({ parameter, gradient }) {
    requireSameShape('rmsprop', parameter, gradient)
    return {}
  },
}

export const evaluateRmsprop: Meaning<typeof rmsprop> = ({
  parameter: { data: w },
  gradient: { data: g },
  velocity: { data: v },
  momentum,
  average,
  hyper,
}) => {
  const rate = hyper.data[RMSPROP_HYPER.learningRate]
  const ρ = hyper.data[RMSPROP_HYPER.rho]
  const oneMinusρ = hyper.data[RMSPROP_HYPER.oneMinusRho]
  const μ = hyper.data[RMSPROP_HYPER.momentum]
  const ε = hyper.data[RMSPROP_HYPER.epsilon]
  for (let i = 0; i < w.length; i++) {
    v[i] = ρ * v[i] + oneMinusρ * g[i] ** 2
    if (average) average.data[i] = ρ * average.data[i] + oneMinusρ * g[i]
    let step = (rate * g[i]) / Math.sqrt(v[i] - (average ? average.data[i] ** 2 : 0) + ε)
    if (momentum) {
      momentum.data[i] = μ * momentum.data[i] + step
      step = momentum.data[i]
    }
    w[i] -= step
  }
}
