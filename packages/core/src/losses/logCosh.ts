import { composeLoss } from './compose.ts'

/** log cosh(p − y), mean over the last axis: as x + softplus(−2x) − log 2, which does not overflow. */
export const logCosh = composeLoss({
  className: 'LogCosh',
  emit: ({ y, p, last, subtract, scale, add, softplus, mean }) => {
    const error = subtract(p, y)
    return mean(scale(add(error, softplus(scale(error, -2))), 1, -Math.LN2), last)
  },
})
