import { notNegative, rate as shareBelowOne } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both means of squares. Default 0.95. */
  rho?: number
  /** Default 1e-7. */
  epsilon?: number
}

/** Steps as large as the last ones were, in proportion to the gradient (Zeiler 2012). Keras: `Adadelta`. */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const table = { rho: [0.95, shareBelowOne], epsilon: [1e-7, notNegative] } as const
  return defineOptimizer('Adadelta', 'adadelta', {}, options, table)
}
