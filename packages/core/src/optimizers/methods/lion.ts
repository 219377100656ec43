import type { Composed } from '../definition.ts'
import type { LionOptions } from '../lion.ts'

export function lion(given: Required<LionOptions>): Composed {
  // Keras takes these rounded to float32, whatever it computes in
  const [beta1, beta2] = [given.beta1, given.beta2].map(Math.fround)
  return {
    slots: ['momentum'],
    hyper: ['rate'],
    write: (hyper, _, rate) => {
      hyper[0] = rate
    },
    // w ← w − λ sign(β₁ m + (1 − β₁) g)   m ← β₂ m + (1 − β₂) g
    compose: (e, { parameter, gradient, slot, number }) => {
      const m = slot('momentum')
      const mix = (beta: number) => e.add(e.scale(m, beta), e.scale(gradient, 1 - beta))
      const step = e.multiply(e.sign(mix(beta1)), number('rate'))
      e.assign(parameter, e.subtract(parameter, step))
      e.assign(m, mix(beta2))
    },
  }
}
