import { power } from '../../math/elementary.ts'
import type { AdamaxOptions } from '../adamax.ts'
import { atLeastTiny, type Composed } from '../definition.ts'

export function adamax({ beta1, beta2, epsilon }: Required<AdamaxOptions>): Composed {
  return {
    slots: ['momentum', 'norm'],
    hyper: ['alpha'],
    write: (hyper, t, rate) => {
      hyper[0] = rate / (1 - power(Math.fround(beta1), t))
    },
    // m ← m + (g − m)(1 − β₁)   u ← max(β₂ u, |g|)   w ← w − α m / (u + ε)
    compose: (e, { parameter, gradient, slot, number }) => {
      const [m, u] = [slot('momentum'), slot('norm')]
      const mean = e.add(m, e.scale(e.subtract(gradient, m), 1 - beta1))
      const norm = e.maximum(e.scale(u, beta2), e.abs(gradient))
      const step = e.divide(e.multiply(mean, number('alpha')), e.scale(norm, 1, atLeastTiny(epsilon)))
      e.assign(m, mean)
      e.assign(u, norm)
      e.assign(parameter, e.subtract(parameter, step))
    },
  }
}
