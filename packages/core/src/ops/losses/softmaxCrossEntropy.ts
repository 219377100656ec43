import type { Meaning } from '../op.ts'
import { eachRow } from '../shapes.ts'
import { probabilities } from '../softmax.ts'
import { lossOperations } from './operations.ts'

/**
 * loss = −Σ label · log softmax(logits) over the last axis, from the logits, so it is exact where softmax rounds to 0.
 * dLogits = dLoss · (softmax(logits) − labels): the labels of a row are taken to sum to 1, as TensorFlow takes them.
 */
export const [softmaxCrossEntropy, softmaxCrossEntropyGradient] = lossOperations({
  name: 'softmaxCrossEntropy',
  operand: 'logits',
})

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

export const evaluateSoftmaxCrossEntropyGradient: Meaning<typeof softmaxCrossEntropyGradient> = (
  { logits, labels, dLoss },
  { dLogits },
) => {
  for (const { row, from, to } of eachRow(logits)) {
    const p = probabilities(logits.data.subarray(from, to))
    for (let i = from; i < to; i++) dLogits.data[i] = dLoss.data[row] * (p[i - from] - labels.data[i])
  }
}
