import type { Meaning, Op } from '../op.ts'
import { onePerStep, requireSameShape } from '../shapes.ts'
import { clipProbability, clipSlope } from './clip.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'

/** loss = the mean over the last axis of −label · log p − (1 − label) · log(1 − p), p clipped: Keras from probabilities. */
export const binaryCrossEntropy: Op<'probabilities' | 'labels', 'loss'> = {
  name: 'binaryCrossEntropy',
  inputs: ['probabilities', 'labels'],
  outputs: ['loss'],
  split: 'rows',

  infer({ probabilities, labels }) {
    requireSameShape('binaryCrossEntropy', probabilities, labels)
    return { loss: onePerStep(probabilities) }
  },

  gradient({ inputs: { probabilities, labels }, outputGradients: { loss: dLoss }, emit }) {
    return {
      probabilities: emit(binaryCrossEntropyGradient, { probabilities, labels, dLoss }, {}).dProbabilities,
    }
  },

  flops: ({ probabilities }) => 30 * probabilities.reduce((product, dim) => product * dim, 1),
}

export const evaluateBinaryCrossEntropy: Meaning<typeof binaryCrossEntropy> = (
  { probabilities, labels },
  { loss },
) => {
  evaluateMean(probabilities, labels, loss, (probability, label) => {
    const p = clipProbability(probability)
    return -label * Math.log(p) - (1 - label) * Math.log(1 - p)
  })
}

/** dProbabilities = dLoss / N · ((1 − label) / (1 − p) − label / p), 0 where p was clipped. */
export const binaryCrossEntropyGradient: Op<'probabilities' | 'labels' | 'dLoss', 'dProbabilities'> = {
  name: 'binaryCrossEntropyGradient',
  inputs: ['probabilities', 'labels', 'dLoss'],
  outputs: ['dProbabilities'],
  split: 'rows',

  infer({ probabilities }) {
    return { dProbabilities: { shape: probabilities.shape, dtype: 'float32' } }
  },

  flops: ({ probabilities }) => 6 * probabilities.reduce((product, dim) => product * dim, 1),
}

export const evaluateBinaryCrossEntropyGradient: Meaning<typeof binaryCrossEntropyGradient> = (
  { probabilities, labels, dLoss },
  { dProbabilities },
) => {
  evaluateMeanGradient(probabilities, labels, dLoss, dProbabilities, (p, label) =>
    clipSlope(p) ? (1 - label) / (1 - p) - label / p : 0,
  )
}
