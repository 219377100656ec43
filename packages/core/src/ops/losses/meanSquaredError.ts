import type { Meaning, Op } from '../op.ts'
import { onePerStep, requireSameShape } from '../shapes.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'

/** loss = the mean over the last axis of (prediction − label)². */
export const meanSquaredError: Op<'predictions' | 'labels', 'loss'> = {
  name: 'meanSquaredError',
  inputs: ['predictions', 'labels'],
  outputs: ['loss'],
  split: 'rows',

  infer({ predictions, labels }) {
    requireSameShape('meanSquaredError', predictions, labels)
    return { loss: onePerStep(predictions) }
  },

  gradient({ inputs: { predictions, labels }, outputGradients: { loss: dLoss }, emit }) {
    return { predictions: emit(meanSquaredErrorGradient, { predictions, labels, dLoss }, {}).dPredictions }
  },

  flops: ({ predictions }) => 3 * predictions.reduce((product, dim) => product * dim, 1),
}

export const evaluateMeanSquaredError: Meaning<typeof meanSquaredError> = (
  { predictions, labels },
  { loss },
) => {
  evaluateMean(predictions, labels, loss, (x, label) => (x - label) ** 2)
}

/** dPredictions = dLoss / N · 2 (predictions − labels). */
export const meanSquaredErrorGradient: Op<'predictions' | 'labels' | 'dLoss', 'dPredictions'> = {
  name: 'meanSquaredErrorGradient',
  inputs: ['predictions', 'labels', 'dLoss'],
  outputs: ['dPredictions'],
  split: 'rows',

  infer({ predictions }) {
    return { dPredictions: { shape: predictions.shape, dtype: 'float32' } }
  },

  flops: ({ predictions }) => 3 * predictions.reduce((product, dim) => product * dim, 1),
}

export const evaluateMeanSquaredErrorGradient: Meaning<typeof meanSquaredErrorGradient> = (
  { predictions, labels, dLoss },
  { dPredictions },
) => {
  evaluateMeanGradient(predictions, labels, dLoss, dPredictions, (x, label) => 2 * (x - label))
}
