import type { Meaning, Op } from '../op.ts'
import { onePerStep, requireSameShape } from '../shapes.ts'
import { evaluateMean, evaluateMeanGradient } from './mean.ts'

/** loss = the mean over the last axis of max(x, 0) − x · label + log(1 + exp(−|x|)): binary cross-entropy of σ(x). */
export const sigmoidCrossEntropy: Op<'logits' | 'labels', 'loss'> = {
  name: 'sigmoidCrossEntropy',
  inputs: ['logits', 'labels'],
  outputs: ['loss'],
  split: 'rows',

  infer({ logits, labels }) {
    requireSameShape('sigmoidCrossEntropy', logits, labels)
    return { loss: onePerStep(logits) }
  },

  gradient({ inputs: { logits, labels }, outputGradients: { loss: dLoss }, emit }) {
    return { logits: emit(sigmoidCrossEntropyGradient, { logits, labels, dLoss }, {}).dLogits }
  },

  flops: ({ logits }) => 20 * logits.reduce((product, dim) => product * dim, 1),
}

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

/** dLogits = dLoss / N · (σ(logits) − labels). */
export const sigmoidCrossEntropyGradient: Op<'logits' | 'labels' | 'dLoss', 'dLogits'> = {
  name: 'sigmoidCrossEntropyGradient',
  inputs: ['logits', 'labels', 'dLoss'],
  outputs: ['dLogits'],
  split: 'rows',

  infer({ logits }) {
    return { dLogits: { shape: logits.shape, dtype: 'float32' } }
  },

  flops: ({ logits }) => 10 * logits.reduce((product, dim) => product * dim, 1),
}

export const evaluateSigmoidCrossEntropyGradient: Meaning<typeof sigmoidCrossEntropyGradient> = (
  { logits, labels, dLoss },
  { dLogits },
) => {
  evaluateMeanGradient(logits, labels, dLoss, dLogits, (x, label) => 1 / (1 + Math.exp(-x)) - label)
}
