import type { Meaning, Op } from '../op.ts'
import { eachRow, onePerStep, requireSameShape } from '../shapes.ts'

/** value = the share along the last axis of predictions on the label's side: (prediction > threshold) = label (0 or 1). */
export const binaryAccuracy: Op<'predictions' | 'labels', 'value', { readonly threshold: number }> = {
  name: 'binaryAccuracy',
  inputs: ['predictions', 'labels'],
  outputs: ['value'],
  split: 'rows',

  infer({ predictions, labels }) {
    requireSameShape('binaryAccuracy', predictions, labels)
    return { value: onePerStep(predictions) }
  },
}

export const evaluateBinaryAccuracy: Meaning<typeof binaryAccuracy> = (
  { predictions, labels },
  { value },
  { threshold },
) => {
  const least = Math.fround(threshold)
  for (const { row, from, to } of eachRow(predictions)) {
    let right = 0
    for (let i = from; i < to; i++) if ((predictions.data[i] > least ? 1 : 0) === labels.data[i]) right++
    value.data[row] = right / (to - from)
  }
}
