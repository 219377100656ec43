import { categoricalCrossEntropy } from '../ops/losses/categoricalCrossEntropy.ts'
import { softmaxCrossEntropy } from '../ops/losses/softmaxCrossEntropy.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { before } from './before.ts'
import { type Loss, REDUCTIONS } from './loss.ts'

/**
 * −Σ y log p of one-hot rows.
 *
 * @param clipFirst are probabilities clipped before they are made to add up to 1, or after?
 */
export function emitCategorical(
  builder: Builder,
  predictions: Value,
  labels: Value,
  fromLogits: boolean,
  clipFirst: boolean,
): Value {
  const logits = fromLogits ? predictions : before(builder, predictions, 'softmax')
  if (logits) return builder.emit(softmaxCrossEntropy, { logits, labels }, {}).loss
  return builder.emit(categoricalCrossEntropy, { probabilities: predictions, labels }, { clipFirst }).loss
}

/** `losses.categoricalCrossentropy()` as it is without options: the seed job's, which needs nothing else. */
export const CATEGORICAL: Loss = {
  className: 'CategoricalCrossentropy',
  reduction: REDUCTIONS[0],
  labels: 'values',
  labelsAreDistributions: true,
  config: {
    name: 'categorical_crossentropy',
    reduction: REDUCTIONS[0],
    from_logits: false,
    label_smoothing: 0,
    axis: -1,
  },
  emit: (builder, predictions, labels) =>
    emitCategorical(builder, predictions, labels.values(builder, columns(predictions)), false, false),
}
