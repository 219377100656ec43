import type { AdadeltaOptions } from '../adadelta.ts'
import { atLeastTiny, type Composed } from '../definition.ts'

export function adadelta({ rho, epsilon }: Required<AdadeltaOptions>): Composed {
  return {
    slots: ['accumulated_grad', 'accumulated_delta_var'],
    hyper: ['rate'],
    write: (hyper, _, rate) => {
      hyper[0] = rate
    },
    // a ← ρ a + (1 − ρ) g²   δ = √(d + ε) g / √(a + ε)   d ← ρ d + (1 − ρ) δ²   w ← w − λ δ
    compose: (e, { parameter, gradient, slot, number }) => {
      const [a, d] = [slot('accumulated_grad'), slot('accumulated_delta_var')]
      const mean = (of: typeof a, x: typeof a) => e.add(e.scale(of, rho), e.scale(e.square(x), 1 - rho))
      const root = (x: typeof a) => e.sqrt(e.scale(x, 1, atLeastTiny(epsilon)))
      const squares = mean(a, gradient)
      const delta = e.divide(e.multiply(root(d), gradient), root(squares))
      e.assign(a, squares)
      e.assign(d, mean(d, delta))
      e.assign(parameter, e.subtract(parameter, e.multiply(delta, number('rate'))))
    },
  }
}
