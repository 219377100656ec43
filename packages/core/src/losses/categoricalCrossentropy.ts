import { boolean } from '../config/options.ts'
import { categoricalCrossEntropy } from '../ops/losses/categoricalCrossEntropy.ts'
import { softmaxCrossEntropy } from '../ops/losses/softmaxCrossEntropy.ts'
import type { Value } from '../program/program.ts'
import { defineLoss, isShare, type LossContext, lastAxis } from './define.ts'
import { before, smoothed } from './logits.ts'

export interface CrossentropyOptions {
  /** Predictions are logits rather than probabilities. Default false. */
  fromLogits?: boolean
  /** Moves labels this share of the way to all classes alike: y (1 − share) + share / classes. Default 0. */
  labelSmoothing?: number
  /** −1: along the last axis, the only one supported. */
  axis?: -1
}

export const CROSSENTROPY = {
  checks: { fromLogits: boolean, labelSmoothing: isShare, axis: lastAxis },
  defaults: { fromLogits: false, labelSmoothing: 0, axis: -1 },
}

/** −Σ y log p, for one-hot labels or distributions. Right after a softmax it is computed from the logits, unclipped. */
export const categoricalCrossentropy = defineLoss<CrossentropyOptions>({
  className: 'CategoricalCrossentropy',
  labelsAreDistributions: true,
  ...CROSSENTROPY,
  emit: (context, { fromLogits, labelSmoothing }) =>
    emitCategorical(context, smoothed(context, labelSmoothing, 1 / context.columns), fromLogits, false),
})

/** @param clipFirst are probabilities clipped before they are made to add up to 1, or after? */
export function emitCategorical(
  { builder, p }: LossContext,
  labels: Value,
  fromLogits: boolean,
  clipFirst: boolean,
): Value {
  const logits = fromLogits ? p : before(builder, p, 'softmax')
  if (logits) return builder.emit(softmaxCrossEntropy, { logits, labels }, {}).loss
  return builder.emit(categoricalCrossEntropy, { probabilities: p, labels }, { clipFirst }).loss
}
