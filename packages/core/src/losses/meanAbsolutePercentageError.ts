import { composeLoss, EPSILON } from './compose.ts'

/** 100 · |y − p| / max(|y|, 1e-7), mean over the last axis. */
export const meanAbsolutePercentageError = composeLoss({
  className: 'MeanAbsolutePercentageError',
  emit: ({ y, p, last, abs, subtract, divide, maximum, mean, scale }) =>
    scale(mean(abs(divide(subtract(y, p), maximum(abs(y), EPSILON))), last), 100),
})
