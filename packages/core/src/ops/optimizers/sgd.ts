import type { Meaning, Op } from '../op.ts'
import { requireSameShape } from '../shapes.ts'

interface SgdAttributes extends Record<string, boolean> {
  readonly nesterov: boolean
}

/** Where the numbers stand in SGD's `hyper`; the kernel in kernels/optimizers.ts reads them in this order. */
export const SGD_HYPER = {
  /** λ. */
  learningRate: 0,
  /** μ. */
  momentum: 1,
} as const

/**
 * Stochastic gradient descent, as in Keras. The numbers in `hyper` stand as in SGD_HYPER.
 *
 *   without a slot:  w ← w − λ g
 *   with momentum:   m ← μ m − λ g      w ← w + m
 *   nesterov:        m ← μ m − λ g      w ← w + (μ m − λ g)
 */
export const sgd: Op<'parameter' | 'gradient' | 'momentum' | 'hyper', never, SgdAttributes> = {
  name: 'sgd',
  inputs: ['parameter', 'gradient', 'momentum', 'hyper'],
  optional: ['momentum'],
  outputs: [],
  split: 'panels',
  own: ['parameter', 'gradient', 'momentum'],
  updates: ['parameter', 'momentum'],

  infer({ parameter, gradient }) {
    requireSameShape('sgd', parameter, gradient)
    return {}
  },
}

export const evaluateSgd: Meaning<typeof sgd> = (
  { parameter: { data: w }, gradient: { data: g }, momentum, hyper },
  _,
  { nesterov },
) => {
  const rate = hyper.data[SGD_HYPER.learningRate]
  const μ = hyper.data[SGD_HYPER.momentum]
  for (let i = 0; i < w.length; i++) {
    if (!momentum) {
      w[i] -= rate * g[i]
      continue
    }
    const m = momentum.data
    m[i] = μ * m[i] - rate * g[i]
    w[i] += nesterov ? μ * m[i] - rate * g[i] : m[i]
  }
}
