import { notNegative, rate as shareBelowOne } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface NadamOptions extends OptimizerOptions {
  /** Decay of the first moment. Default 0.9. */
  beta1?: number
  /** Decay of the second moment. Default 0.999. */
  beta2?: number
  /** Default 1e-7. */
  epsilon?: number
}

/** Adam with Nesterov's momentum, whose decay μ warms up (Dozat 2016). Keras: `Nadam`. */
export function nadam(options: NadamOptions = {}): Optimizer {
  const table = {
    beta1: [0.9, shareBelowOne],
    beta2: [0.999, shareBelowOne],
    epsilon: [1e-7, notNegative],
  } as const
  return defineOptimizer('Nadam', 'nadam', {}, options, table)
}
