import type { Check } from '../config/options.ts'
import { composeLoss } from './compose.ts'

export interface GeneralizedCrossEntropyOptions {
  /** Towards 0: cross-entropy; towards 1: absolute error, which bears wrong labels. Default 0.5. */
  q?: number
}

const isBetween: Check = (value) =>
  typeof value === 'number' && value > 0 && value < 1 ? null : 'a number between 0 and 1'

/** (1 − p^q) / q, p the probability of the right class; integer labels. Zhang & Sabuncu 2018, arXiv:1805.07836. */
export const categoricalGeneralizedCrossEntropy = composeLoss<GeneralizedCrossEntropyOptions>({
  className: 'CategoricalGeneralizedCrossEntropy',
  labels: 'classes',
  checks: { q: isBetween },
  defaults: { q: 0.5 },
  emit: ({ y, p, last, multiply, sum, power, scale }, { q }) =>
    scale(power(sum(multiply(p, y), last), q), -1 / q, 1 / q),
})
