import { type Callback, checkCallbacks } from '../training/callbacks.ts'

/** The hooks themselves, checked: any object of hooks is a callback. Keras: `LambdaCallback`. */
export function lambdaCallback(hooks: Callback): Callback {
  checkCallbacks('callbacks.lambdaCallback', [hooks])
  return { ...hooks }
}
