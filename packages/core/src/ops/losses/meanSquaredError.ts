import type { Meaning } from '../op.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'
import { lossOperations } from './operations.ts'

/**
 * loss = the mean over the last axis of (prediction − label)².
 * dPredictions = dLoss / N · 2 (predictions − labels).
 */
export const [meanSquaredError, meanSquaredErrorGradient] = lossOperations({
  name: 'meanSquaredError',
  operand: 'predictions',
})

export const evaluateMeanSquaredError: Meaning<typeof meanSquaredError> = (
  { predictions, labels },
  { loss },
) => {
  evaluateMean(predictions, labels, loss, (x, label) => (x - label) ** 2)
}

export const evaluateMeanSquaredErrorGradient: Meaning<typeof meanSquaredErrorGradient> = (
  { predictions, labels, dLoss },
  { dPredictions },
) => {
  evaluateMeanGradient(predictions, labels, dLoss, dPredictions, (x, label) => 2 * (x - label))
}
