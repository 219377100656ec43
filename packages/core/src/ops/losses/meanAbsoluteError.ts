import type { Meaning } from '../op.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'
import { lossOperations } from './operations.ts'

/**
 * loss = the mean over the last axis of |prediction − label|.
 * dPredictions = dLoss / N · sign(predictions − labels), 0 where they are equal.
 */
export const [meanAbsoluteError, meanAbsoluteErrorGradient] = lossOperations({
  name: 'meanAbsoluteError',
  operand: 'predictions',
})

export const evaluateMeanAbsoluteError: Meaning<typeof meanAbsoluteError> = (
  { predictions, labels },
  { loss },
) => {
  evaluateMean(predictions, labels, loss, (x, label) => Math.abs(x - label))
}

export const evaluateMeanAbsoluteErrorGradient: Meaning<typeof meanAbsoluteErrorGradient> = (
  { predictions, labels, dLoss },
  { dPredictions },
) => {
  evaluateMeanGradient(predictions, labels, dLoss, dPredictions, (x, label) => Math.sign(x - label))
}
