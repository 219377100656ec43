import { type Check, finite, notNegative } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface FtrlOptions extends OptimizerOptions {
  /** How the step falls as squares add up, at most 0. Default −0.5. */
  learningRatePower?: number
  /** What the sums of squares start from. Default 0.1. */
  initialAccumulatorValue?: number
  /** Weights below this strength become 0. Default 0. */
  l1RegularizationStrength?: number
  /** Default 0. */
  l2RegularizationStrength?: number
  /** Added to the gradient, times twice the weight. Default 0. */
  l2ShrinkageRegularizationStrength?: number
  /** Default 0. */
  beta?: number
}

const notPositive: Check = (value) => (!finite(value) && Number(value) <= 0 ? null : 'a number of at most 0')

/** "Follow the regularized leader" (McMahan et al. 2013). Keras: `Ftrl`. */
export function ftrl(options: FtrlOptions = {}): Optimizer {
  const table = {
    learningRatePower: [-0.5, notPositive],
    initialAccumulatorValue: [0.1, notNegative],
    l1RegularizationStrength: [0, notNegative],
    l2RegularizationStrength: [0, notNegative],
    l2ShrinkageRegularizationStrength: [0, notNegative],
    beta: [0, finite],
  } as const
  return defineOptimizer('Ftrl', 'ftrl', {}, options, table)
}
