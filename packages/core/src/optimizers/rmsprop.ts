import { boolean, notNegative, rate as shareBelowOne } from '../config/options.ts'
import { defineOptimizer, type OptimizerOptions } from './define.ts'
import type { Optimizer } from './optimizer.ts'

export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the mean of squares. Default 0.9. */
  rho?: number
  /** Default 0. */
  momentum?: number
  /** Default 1e-7. */
  epsilon?: number
  /** Divide by the estimated deviation rather than the root mean square. Default false. */
  centered?: boolean
}

/** RMSprop (Tieleman & Hinton 2012). Keras: `RMSprop`. */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const table = {
    rho: [0.9, shareBelowOne],
    momentum: [0, shareBelowOne],
    epsilon: [1e-7, notNegative],
    centered: [false, boolean],
  } as const
  return defineOptimizer('RMSprop', 'rmsprop', { name: 'rm_sprop' }, options, table)
}
