import { type Check, rate as shareBelowOne } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface LionOptions extends OptimizerOptions {
  /** Share of the momentum in a step. Default 0.9. */
  beta1?: number
  /** Share of the momentum that is kept. Default 0.99. */
  beta2?: number
}

const aboveZero: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= 1 ? null : 'a number above 0 and up to 1'

/** Steps of one size, by the sign of the momentum (Chen et al. 2023). Keras: `Lion`. */
export function lion(options: LionOptions = {}): Optimizer {
  const table = { beta1: [0.9, aboveZero], beta2: [0.99, shareBelowOne] } as const
  return defineOptimizer('Lion', 'lion', {}, options, table)
}
