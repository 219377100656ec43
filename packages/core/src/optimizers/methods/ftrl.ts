import type { Composed } from '../definition.ts'
import type { FtrlOptions } from '../ftrl.ts'

export function ftrl(given: Required<FtrlOptions>): Composed {
  const { learningRatePower, initialAccumulatorValue, beta } = given
  const [l1, l2] = [given.l1RegularizationStrength, given.l2RegularizationStrength]
  const shrinkage = given.l2ShrinkageRegularizationStrength
  return {
    slots: ['accumulator', 'linear'],
    initial: { accumulator: initialAccumulatorValue },
    hyper: ['inverseRate', 'ridge'],
    write: (hyper, _, rate) => {
      hyper[0] = 1 / rate
      hyper[1] = 2 * l2 + beta / rate
    },
    // n' = n + g²   z ← z + (g + 2 s w) − (n'ᵖ − nᵖ) w / λ   w ← (clip(z, ±l₁) − z) / (n'ᵖ/λ + 2 l₂ + β/λ)   n ← n'
    compose: (e, { parameter, gradient, slot, number }) => {
      const [n, z] = [slot('accumulator'), slot('linear')]
      const root = (x: typeof n) => (learningRatePower === -0.5 ? e.sqrt(x) : e.power(x, -learningRatePower))
      const sum = e.add(n, e.square(gradient))
      const rootOfSum = root(sum)
      const growth = e.multiply(e.subtract(rootOfSum, root(n)), number('inverseRate'))
      const shrunk = shrinkage === 0 ? gradient : e.add(gradient, e.scale(parameter, 2 * shrinkage))
      const linear = e.add(z, e.subtract(shrunk, e.multiply(growth, parameter)))
      const clipped = e.minimum(e.maximum(linear, -l1), l1)
      const quadratic = e.add(e.multiply(rootOfSum, number('inverseRate')), number('ridge'))
      // 0 in pad lanes, and where nothing was ever learned
      const divisor = e.maximum(quadratic, 1e-30)
      e.assign(parameter, e.divide(e.subtract(clipped, linear), divisor))
      e.assign(z, linear)
      e.assign(n, sum)
    },
  }
}
