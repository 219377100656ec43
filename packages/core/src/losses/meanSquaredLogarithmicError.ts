import type { Value } from '../program/program.ts'
import { composeLoss, EPSILON } from './compose.ts'

/** (log(1 + p) − log(1 + y))², p and y at least 1e-7; mean over the last axis. */
export const meanSquaredLogarithmicError = composeLoss({
  className: 'MeanSquaredLogarithmicError',
  emit: ({ y, p, last, log, scale, maximum, square, subtract, mean }) => {
    const logOf = (x: Value) => log(scale(maximum(x, EPSILON), 1, 1))
    return mean(square(subtract(logOf(p), logOf(y))), last)
  },
})
