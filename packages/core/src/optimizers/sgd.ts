import { boolean, share } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that is kept. Default 0. */
  momentum?: number
  /** Nesterov's momentum. Default false. */
  nesterov?: boolean
}

/** Stochastic gradient descent, with momentum if asked. Keras: `SGD`. */
export function sgd(options: SgdOptions = {}): Optimizer {
  const table = { momentum: [0, share], nesterov: [false, boolean] } as const
  return defineOptimizer('SGD', 'sgd', { learningRate: 0.01 }, options, table)
}
