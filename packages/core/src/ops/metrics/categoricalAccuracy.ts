import type { Meaning, Op } from '../op.ts'
import { eachRow, onePerStep, requireSameShape } from '../shapes.ts'

/** value = 1 where the largest prediction stands at the largest label (one-hot), else 0; of equals the first counts. */
export const categoricalAccuracy: Op<'predictions' | 'labels', 'value'> = {
  name: 'categoricalAccuracy',
  inputs: ['predictions', 'labels'],
  outputs: ['value'],
  split: 'rows',

  infer({ predictions, labels }) {
    requireSameShape('categoricalAccuracy', predictions, labels)
    return { value: onePerStep(predictions) }
  },
}

export const evaluateCategoricalAccuracy: Meaning<typeof categoricalAccuracy> = (
  { predictions, labels },
  { value },
) => {
  for (const { row, from, to } of eachRow(predictions)) {
    value.data[row] = argmax(predictions.data, from, to) === argmax(labels.data, from, to) ? 1 : 0
  }
}

function argmax(data: Float64Array, from: number, to: number): number {
  let best = from
  for (let i = from + 1; i < to; i++) if (data[i] > data[best]) best = i
  return best
}
