import type { AdagradOptions } from '../adagrad.ts'
import { atLeastTiny, type Composed } from '../definition.ts'

export function adagrad({ initialAccumulatorValue, epsilon }: Required<AdagradOptions>): Composed {
  return {
    slots: ['accumulator'],
    initial: { accumulator: initialAccumulatorValue },
    hyper: ['rate'],
    write: (hyper, _, rate) => {
      hyper[0] = rate
    },
    // a ← a + g²   w ← w − λ g / √(a + ε)
    compose: (e, { parameter, gradient, slot, number }) => {
      const accumulator = slot('accumulator')
      const sum = e.add(accumulator, e.square(gradient))
      const step = e.divide(
        e.multiply(gradient, number('rate')),
        e.sqrt(e.scale(sum, 1, atLeastTiny(epsilon))),
      )
      e.assign(accumulator, sum)
      e.assign(parameter, e.subtract(parameter, step))
    },
  }
}
