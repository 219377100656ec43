import type { Check } from '../config/options.ts'
import { slice } from '../ops/moves.ts'
import { composeLoss } from './compose.ts'

export interface QuantileOptions {
  /** Levels between 0 and 1, e.g. [0.1, 0.5, 0.9]. */
  quantiles?: readonly number[]
}

const areLevels: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((level) => typeof level === 'number' && level > 0 && level < 1)
    ? null
    : 'a list of numbers between 0 and 1'

/**
 * The pinball loss: max(q · e, (q − 1) · e) of the error e = y − p, mean over the last axis. Predictions that make it
 * small are quantiles of the labels. Beyond Keras; Koenker & Bassett 1978.
 *
 * With Q quantiles (default [0.5], half the absolute error) and labels [B, …, N], predictions are [B, …, Q · N]: those
 * of all N for the first quantile, then for the second.
 */
export const quantile = composeLoss<QuantileOptions>({
  className: 'Quantile',
  checks: { quantiles: areLevels },
  defaults: { quantiles: [0.5] },
  adjust: ({ quantiles: { length: copies } }) => ({
    copies,
    repeat: (labels, N) =>
      Float32Array.from(
        { length: copies * labels.length },
        (_, i) => labels[Math.floor(i / (N * copies)) * N + (i % N)],
      ),
  }),
  emit: ({ builder, y, p, last, columns, subtract, negative, relu, sum, add, scale }, { quantiles }) => {
    const error = subtract(y, p)
    const size = columns / quantiles.length
    const [axis] = last
    // q · e + max(−e, 0)
    const tilted = quantiles.map((level, q) => {
      const part =
        quantiles.length === 1 ? error : builder.emit(slice, { x: error }, { axis, start: q * size, size }).y
      return scale(sum(part, last), level)
    })
    return scale(tilted.reduce(add, sum(relu(negative(error)), last)), 1 / columns)
  },
})
