import type { Meaning, Op } from '../op.ts'
import { eachRow, onePerStep, requireSameShape } from '../shapes.ts'
import { probabilities } from '../softmax.ts'

/** loss = −Σ label · log softmax(logits) over the last axis, from the logits, so it is exact where softmax rounds to 0. */
export const softmaxCrossEntropy: Op<'logits' | 'labels', 'loss'> = {
  name: 'softmaxCrossEntropy',
  inputs: ['logits', 'labels'],
  outputs: ['loss'],
  split: 'rows',

  infer({ logits, labels }) {
    requireSameShape('softmaxCrossEntropy', logits, labels)
    return { loss: onePerStep(logits) }
  },

  gradient({ inputs: { logits, labels }, outputGradients: { loss: dLoss }, emit }) {
    return { logits: emit(softmaxCrossEntropyGradient, { logits, labels, dLoss }, {}).dLogits }
  },

  flops: ({ logits }) => 12 * logits.reduce((product, dim) => product * dim, 1),
}

export const evaluateSoftmaxCrossEntropy: Meaning<typeof softmaxCrossEntropy> = (
  { logits, labels },
  { loss },
) => {
  for (const { row, from, to } of eachRow(logits)) {
    const x = logits.data.subarray(from, to)
    const max = x.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
    const logSum = Math.log(x.reduce((sum, logit) => sum + Math.exp(logit - max), 0))
    for (let i = from; i < to; i++) loss.data[row] += labels.data[i] * (logSum - (logits.data[i] - max))
  }
}

/** dLogits = dLoss · (softmax(logits) − labels): the labels of a row are taken to sum to 1, as TensorFlow takes them. */
export const softmaxCrossEntropyGradient: Op<'logits' | 'labels' | 'dLoss', 'dLogits'> = {
  name: 'softmaxCrossEntropyGradient',
  inputs: ['logits', 'labels', 'dLoss'],
  outputs: ['dLogits'],
  split: 'rows',

  infer({ logits }) {
    return { dLogits: { shape: logits.shape, dtype: 'float32' } }
  },

  flops: ({ logits }) => 12 * logits.reduce((product, dim) => product * dim, 1),
}

export const evaluateSoftmaxCrossEntropyGradient: Meaning<typeof softmaxCrossEntropyGradient> = (
  { logits, labels, dLoss },
  { dLogits },
) => {
  for (const { row, from, to } of eachRow(logits)) {
    const p = probabilities(logits.data.subarray(from, to))
    for (let i = from; i < to; i++) dLogits.data[i] = dLoss.data[row] * (p[i - from] - labels.data[i])
  }
}
