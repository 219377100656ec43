import { power } from '../../math/elementary.ts'
import { atLeastTiny, type Composed } from '../definition.ts'
import type { NadamOptions } from '../nadam.ts'

export function nadam(given: Required<NadamOptions>): Composed {
  // Keras takes these rounded to float32, whatever it computes in
  const [beta1, beta2, decay] = [given.beta1, given.beta2, 0.96].map(Math.fround)
  const warmUp = (t: number) => beta1 * (1 - 0.5 * power(decay, t))
  // Keras's running product μ₁ μ₂ … μₜ: a function of t, so that a resume needs no more
  let product = 1
  let factors = 0
  return {
    slots: ['momentum', 'velocity'],
    hyper: ['ofMean', 'ofGradient', 'ofVariance'],
    write: (hyper, t, rate) => {
      if (t < factors) {
        product = 1
        factors = 0
      }
      while (factors < t) product *= warmUp(++factors)
      const next = warmUp(t + 1)
      hyper[0] = (rate * next) / (1 - product * next)
      hyper[1] = (rate * (1 - warmUp(t))) / (1 - product)
      hyper[2] = 1 / (1 - power(beta2, t))
    },
    // m ← m + (g − m)(1 − β₁)   v ← v + (g² − v)(1 − β₂)
    // w ← w − λ (μₜ₊₁ m / (1 − ∏ μ up to t + 1) + (1 − μₜ) g / (1 − ∏ μ up to t)) / (√(v / (1 − β₂ᵗ)) + ε)
    compose: (e, { parameter, gradient, slot, number }) => {
      const [m, v] = [slot('momentum'), slot('velocity')]
      const mean = e.add(m, e.scale(e.subtract(gradient, m), 1 - beta1))
      const variance = e.add(v, e.scale(e.subtract(e.square(gradient), v), 1 - beta2))
      const ahead = e.add(e.multiply(mean, number('ofMean')), e.multiply(gradient, number('ofGradient')))
      const root = e.sqrt(e.multiply(variance, number('ofVariance')))
      e.assign(m, mean)
      e.assign(v, variance)
      e.assign(
        parameter,
        e.subtract(parameter, e.divide(ahead, e.scale(root, 1, atLeastTiny(given.epsilon)))),
      )
    },
  }
}
