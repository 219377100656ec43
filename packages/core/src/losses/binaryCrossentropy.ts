import { binaryCrossEntropy } from '../ops/losses/binaryCrossEntropy.ts'
import { sigmoidCrossEntropy } from '../ops/losses/sigmoidCrossEntropy.ts'
import { before } from './before.ts'
import { CROSSENTROPY, type CrossentropyOptions } from './categoricalCrossentropy.ts'
import { defineLoss } from './define.ts'
import { smoothed } from './smoothed.ts'

/** −y log p − (1 − y) log(1 − p), mean over the last axis. Right after a sigmoid it is computed from the logits. */
export const binaryCrossentropy = defineLoss<CrossentropyOptions>({
  className: 'BinaryCrossentropy',
  labelsAreProbabilities: true,
  ...CROSSENTROPY,
  emit: (context, { fromLogits, labelSmoothing }) => {
    const { builder, p } = context
    const labels = smoothed(context, labelSmoothing, 0.5)
    const logits = fromLogits ? p : before(builder, p, 'sigmoid')
    if (logits) return builder.emit(sigmoidCrossEntropy, { logits, labels }, {}).loss
    return builder.emit(binaryCrossEntropy, { probabilities: p, labels }, {}).loss
  },
})
