import type { Meaning, Op } from '../op.ts'
import { onePerStep, requireSameShape } from '../shapes.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'

/** loss = the mean over the last axis of |prediction − label|. */
export const meanAbsoluteError: Op<'predictions' | 'labels', 'loss'> = {
  name: 'meanAbsoluteError',
  inputs: ['predictions', 'labels'],
  outputs: ['loss'],
  split: 'rows',

  infer({ predictions, labels }) {
    requireSameShape('meanAbsoluteError', predictions, labels)
    return { loss: onePerStep(predictions) }
  },

  gradient({ inputs: { predictions, labels }, outputGradients: { loss: dLoss }, emit }) {
    return { predictions: emit(meanAbsoluteErrorGradient, { predictions, labels, dLoss }, {}).dPredictions }
  },

  flops: ({ predictions }) => 3 * predictions.reduce((product, dim) => product * dim, 1),
}

export const evaluateMeanAbsoluteError: Meaning<typeof meanAbsoluteError> = (
  { predictions, labels },
  { loss },
) => {
  evaluateMean(predictions, labels, loss, (x, label) => Math.abs(x - label))
}

/** dPredictions = dLoss / N · sign(predictions − labels), 0 where they are equal. */
export const meanAbsoluteErrorGradient: Op<'predictions' | 'labels' | 'dLoss', 'dPredictions'> = {
  name: 'meanAbsoluteErrorGradient',
  inputs: ['predictions', 'labels', 'dLoss'],
  outputs: ['dPredictions'],
  split: 'rows',

  infer({ predictions }) {
    return { dPredictions: { shape: predictions.shape, dtype: 'float32' } }
  },

  flops: ({ predictions }) => 3 * predictions.reduce((product, dim) => product * dim, 1),
}

export const evaluateMeanAbsoluteErrorGradient: Meaning<typeof meanAbsoluteErrorGradient> = (
  { predictions, labels, dLoss },
  { dPredictions },
) => {
  evaluateMeanGradient(predictions, labels, dLoss, dPredictions, (x, label) => Math.sign(x - label))
}
