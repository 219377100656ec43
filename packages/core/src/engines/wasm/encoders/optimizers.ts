import type { Encoders } from './operands.ts'
import { update } from './update.ts'

/** The optimizers beside Adam. */
export const optimizers: Encoders = {
  sgd: { encode: (operands, { nesterov }) => update(operands, ['momentum'], nesterov === true) },
  rmsprop: { encode: (operands) => update(operands, ['velocity', 'momentum', 'average']) },
}
