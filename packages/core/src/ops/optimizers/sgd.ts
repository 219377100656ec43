import type { Meaning, Op } from '../op.ts'
import { requireSameShape } from '../shapes.ts'

interface SgdAttributes extends Record<string, boolean> {
  readonly nesterov: boolean
}

/**
 * Stochastic gradient descent, as in Keras. hyper = [learning rate λ, momentum μ].
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

  flops: ({ parameter }) => 4 * parameter.reduce((product, dim) => product * dim, 1),
}

export const evaluateSgd: Meaning<typeof sgd> = (
  { parameter: { data: w }, gradient: { data: g }, momentum, hyper },
  _,
  { nesterov },
) => {
  const [rate, μ] = hyper.data
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
