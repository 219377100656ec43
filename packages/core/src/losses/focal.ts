import { boolean, type Check, notNegative } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { constant } from '../ops/constant.ts'
import { softmax } from '../ops/softmax.ts'
import type { Value } from '../program/program.ts'
import { before } from './before.ts'
import { type Composition, clip, composeLoss } from './compose.ts'
import { isShare, lastAxis } from './define.ts'
import { smoothed } from './smoothed.ts'

interface FocalOptions {
  /** How much less sure answers count. Default 2. */
  gamma?: number
  /** Predictions are logits rather than probabilities. Default false. */
  fromLogits?: boolean
  /** Moves labels this share of the way to all classes alike. Default 0. */
  labelSmoothing?: number
  /** −1: along the last axis, the only one supported. */
  axis?: -1
}

export interface CategoricalFocalOptions extends FocalOptions {
  /** Weight of every class, or of each. Default 0.25. */
  alpha?: number | readonly number[]
}

export interface BinaryFocalOptions extends FocalOptions {
  /** Weight of label 1. Default 0.25. */
  alpha?: number
  /** Is alpha heeded, and label 0 weighed by 1 − alpha? Default false. */
  applyClassBalancing?: boolean
}

const CHECKS = {
  alpha: isShare,
  gamma: notNegative,
  fromLogits: boolean,
  labelSmoothing: isShare,
  axis: lastAxis,
}
const DEFAULTS = { alpha: 0.25, gamma: 2, fromLogits: false, labelSmoothing: 0, axis: -1 }

const isShareOrEach: Check = (value) =>
  isShare(value) === null || (Array.isArray(value) && value.every((one) => notNegative(one) === null))
    ? null
    : 'a number from 0 to 1, or a list of a number for each class'

/** −alpha · Σ (1 − q)^gamma · y log q over the last axis, q = p / Σp. Lin et al. 2017, arXiv:1708.02002. */
export const categoricalFocalCrossentropy = composeLoss<CategoricalFocalOptions>({
  className: 'CategoricalFocalCrossentropy',
  checks: { ...CHECKS, alpha: isShareOrEach },
  defaults: DEFAULTS,
  emit: (context, { alpha, gamma, fromLogits, labelSmoothing }) => {
    const { builder, p, last, columns, divide, sum, multiply, log, power, scale } = context
    const y = smoothed(context, labelSmoothing, 1 / columns)
    const given = fromLogits ? builder.emit(softmax, { x: p }, {}).y : p
    const q = clip(context, divide(given, sum(given, last, true)))
    const weight = scale(power(scale(q, -1, 1), gamma), -1)
    const loss = multiply(weight, multiply(y, log(q)))
    if (typeof alpha === 'number') return sum(scale(loss, alpha), last)
    if (alpha.length !== columns)
      throw new DataError(
        `losses.categoricalFocalCrossentropy: alpha holds ${alpha.length} weights, the predictions ${columns} classes; give one for each`,
      )
    const { y: weights } = builder.emit(constant, {}, { shape: [columns], values: alpha })
    return sum(multiply(loss, weights), last)
  },
})

/**
 * (1 − pₜ)^gamma · binary cross-entropy, pₜ the probability of the label; mean over the last axis. Lin et al. 2017,
 * arXiv:1708.02002.
 */
export const binaryFocalCrossentropy = composeLoss<BinaryFocalOptions>({
  className: 'BinaryFocalCrossentropy',
  labelsAreProbabilities: true,
  checks: { applyClassBalancing: boolean, ...CHECKS },
  defaults: { applyClassBalancing: false, ...DEFAULTS },
  emit: (context, { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing }) => {
    const { builder, p: given, last, mean, multiply, power, scale, add, sigmoid } = context
    const y = smoothed(context, labelSmoothing, 0.5)
    const p = fromLogits ? sigmoid(given) : given
    const logits = fromLogits ? given : before(builder, given, 'sigmoid')
    // 1 − pₜ = y (1 − p) + (1 − y) p
    const miss = add(multiply(y, scale(p, -1, 1)), multiply(scale(y, -1, 1), p))
    const loss = multiply(power(miss, gamma), crossEntropy(context, y, p, logits))
    if (!applyClassBalancing) return mean(loss, last)
    return mean(multiply(scale(y, 2 * alpha - 1, 1 - alpha), loss), last)
  },
})

/** Of every entry by itself: from the logits where they are known. */
function crossEntropy(context: Composition, y: Value, p: Value, logits: Value | null): Value {
  const { softplus, subtract, multiply, add, log, negative, scale } = context
  if (logits) return subtract(softplus(logits), multiply(y, logits))
  const q = clip(context, p)
  return negative(add(multiply(y, log(q)), multiply(scale(y, -1, 1), log(scale(q, -1, 1)))))
}
