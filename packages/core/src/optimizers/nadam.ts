import { defineOptimizer, MOMENTS, type OptimizerOptions } from './define.ts'
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
  return defineOptimizer('Nadam', 'nadam', {}, options, MOMENTS)
}
