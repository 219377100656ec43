import { defineOptimizer, MOMENTS, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface AdamaxOptions extends OptimizerOptions {
  /** Decay of the first moment. Default 0.9. */
  beta1?: number
  /** Decay of the largest gradient. Default 0.999. */
  beta2?: number
  /** Default 1e-7. */
  epsilon?: number
}

/** Adam by the largest gradient rather than the mean of squares (Kingma & Ba 2015, section 7). Keras: `Adamax`. */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  return defineOptimizer('Adamax', 'adamax', {}, options, MOMENTS)
}
