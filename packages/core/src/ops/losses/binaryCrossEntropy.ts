import type { Meaning } from '../op.ts'
import { clipProbability, clipSlope } from './clip.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'
import { lossOperations } from './operations.ts'

/**
 * loss = the mean over the last axis of −label · log p − (1 − label) · log(1 − p), p clipped: Keras from probabilities.
 * dProbabilities = dLoss / N · ((1 − label) / (1 − p) − label / p), 0 where p was clipped.
 */
export const [binaryCrossEntropy, binaryCrossEntropyGradient] = lossOperations({
  name: 'binaryCrossEntropy',
  operand: 'probabilities',
})

export const evaluateBinaryCrossEntropy: Meaning<typeof binaryCrossEntropy> = (
  { probabilities, labels },
  { loss },
) => {
  evaluateMean(probabilities, labels, loss, (probability, label) => {
    const p = clipProbability(probability)
    return -label * Math.log(p) - (1 - label) * Math.log(1 - p)
  })
}

export const evaluateBinaryCrossEntropyGradient: Meaning<typeof binaryCrossEntropyGradient> = (
  { probabilities, labels, dLoss },
  { dProbabilities },
) => {
  evaluateMeanGradient(probabilities, labels, dLoss, dProbabilities, (p, label) =>
    clipSlope(p) ? (1 - label) / (1 - p) - label / p : 0,
  )
}
