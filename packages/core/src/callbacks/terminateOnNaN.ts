import { boolean, checkOptions } from '../config/options.ts'
import type { Callback } from '../training/callbacks.ts'

export interface TerminateOnNaNOptions {
  /** Let `fit` throw. Default false. */
  raiseError?: boolean
}

/**
 * Ends training quietly when the loss is NaN or infinite. Keras: `TerminateOnNaN`. Without it `fit` throws a
 * NonFiniteError; either way nothing is lost: the update is not made, and the model is back at its last good copy.
 */
export function terminateOnNaN(options: TerminateOnNaNOptions = {}): Callback {
  checkOptions({ where: 'callbacks.terminateOnNaN', options: { raiseError: boolean } }, options)
  return { onNonFinite: () => options.raiseError !== true }
}
