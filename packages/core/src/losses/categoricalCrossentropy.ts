import { boolean } from '../config/options.ts'
import { emitCategorical } from './categorical.ts'
import { defineLoss, isShare, lastAxis } from './define.ts'
import { smoothed } from './smoothed.ts'

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
  emit: (context, { fromLogits, labelSmoothing }) => {
    const labels = smoothed(context, labelSmoothing, 1 / context.columns)
    return emitCategorical(context.builder, context.p, labels, fromLogits, false)
  },
})
