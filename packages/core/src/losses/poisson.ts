import { composeLoss, EPSILON } from './compose.ts'

/** p − y log(p + 1e-7), mean over the last axis: for counts, which the predictions are the mean of. */
export const poisson = composeLoss({
  className: 'Poisson',
  emit: ({ y, p, last, subtract, multiply, log, scale, mean }) =>
    mean(subtract(p, multiply(y, log(scale(p, 1, EPSILON)))), last),
})
