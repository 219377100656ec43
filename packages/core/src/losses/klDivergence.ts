import { clip, composeLoss } from './compose.ts'

/** Σ y log(y / p) over the last axis, both kept within 1e-7 and 1. Kullback & Leibler 1951. */
export const klDivergence = composeLoss({
  className: 'KLDivergence',
  keras: 'kl_divergence',
  emit: (context) => {
    const { y, p, last, multiply, divide, log, sum } = context
    const target = clip(context, y, 1)
    return sum(multiply(target, log(divide(target, clip(context, p, 1)))), last)
  },
})
