import { notNegative } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start from. Default 0.1. */
  initialAccumulatorValue?: number
  /** Default 1e-7. */
  epsilon?: number
}

/** Steps that get smaller as squares of gradients add up (Duchi, Hazan & Singer 2011). Keras: `Adagrad`. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const table = { initialAccumulatorValue: [0.1, notNegative], epsilon: [1e-7, notNegative] } as const
  return defineOptimizer('Adagrad', 'adagrad', {}, options, table)
}
