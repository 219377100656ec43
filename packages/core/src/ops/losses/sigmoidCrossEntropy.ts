import type { Meaning } from '../op.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'
import { lossOperations } from './operations.ts'

/**
 * loss = the mean over the last axis of max(x, 0) − x · label + log(1 + exp(−|x|)): binary cross-entropy of σ(x).
 * dLogits = dLoss / N · (σ(logits) − labels).
 */
export const [sigmoidCrossEntropy, sigmoidCrossEntropyGradient] = lossOperations({
  name: 'sigmoidCrossEntropy',
  operand: 'logits',
})

export const evaluateSigmoidCrossEntropy: Meaning<typeof sigmoidCrossEntropy> = (
  { logits, labels },
  { loss },
) => {
  evaluateMean(
    logits,
    labels,
    loss,
    (x, label) => Math.max(x, 0) - x * label + Math.log1p(Math.exp(-Math.abs(x))),
  )
}

export const evaluateSigmoidCrossEntropyGradient: Meaning<typeof sigmoidCrossEntropyGradient> = (
  { logits, labels, dLoss },
  { dLogits },
) => {
  evaluateMeanGradient(logits, labels, dLoss, dLogits, (x, label) => 1 / (1 + Math.exp(-x)) - label)
}
