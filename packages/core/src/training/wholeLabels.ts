import type { Ragged, Tensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import type { LabelRules } from './labels.ts'

// Labels that are whole numbers, for the losses that take such: one a prediction, or sequences of their own.

/** One whole number a prediction. */
export function prepareClasses(
  y: Tensor,
  predictions: readonly number[],
  { ignoreClass }: LabelRules,
  name: string,
): Tensor {
  const shape = predictions.slice(0, -1)
  const classes = predictions[predictions.length - 1]
  const isShape = (sizes: readonly number[]) => String(y.shape) === String(sizes)
  if (!isShape(shape) && !isShape([...shape, 1])) {
    const hint = isShape(predictions) ? ` One-hot labels go with the loss 'categoricalCrossentropy'.` : ''
    throw new DataError(
      `${name}: expected one whole number for each prediction, shape [${shape}]; got shape [${y.shape}].${hint}`,
    )
  }
  for (let i = 0; i < y.data.length; i++) {
    const label = y.data[i]
    if (label === ignoreClass) continue
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new DataError(
        `${name}: labels must be whole numbers from 0 to ${classes - 1}, as the model has ${classes} outputs; entry ${i} is ${label}`,
      )
    }
  }
  return { ...y, shape, data: y.data instanceof Int32Array ? y.data : Int32Array.from(y.data) }
}

/**
 * Labels that are sequences: whole numbers from 1 on, each padded by zeros to one length.
 *
 * @param stepsOf of a sample, its predictions' steps: each takes up one label at most
 */
export function prepareSequences(
  y: Tensor | Ragged,
  predictions: readonly number[],
  stepsOf: (sample: number) => number,
  name: string,
): Tensor {
  const [samples, longest] = y.shape
  const classes = predictions[predictions.length - 1]
  if (y.shape.length !== 2 || samples !== predictions[0] || predictions.length !== 3)
    throw new DataError(
      `${name}: expected a sequence of whole labels for each sample, shape [${predictions[0]}, labels], and predictions [samples, time, classes]; got [${y.shape}] and [${predictions}]`,
    )
  // a few lengths, so that few programs serve all
  const data = new Int32Array(samples * Math.ceil(longest / 8) * 8)
  const width = data.length / samples
  for (let sample = 0; sample < samples; sample++) {
    const [from, length] =
      'lengths' in y ? [y.starts[sample], y.lengths[sample]] : [sample * longest, longest]
    const labels = y.data.subarray(from, from + length)
    const end = labels.findLastIndex((label) => label !== 0) + 1
    let needed = end
    for (let i = 0; i < end; i++) {
      if (!(Number.isInteger(labels[i]) && labels[i] > 0 && labels[i] < classes))
        throw new DataError(
          `${name}[${sample}]: labels must be whole numbers from 1 to ${classes - 1} (0 is the blank, and fills up at the end); entry ${i} is ${labels[i]}`,
        )
      if (labels[i] === labels[i - 1]) needed++
    }
    if (needed > stepsOf(sample))
      throw new DataError(
        `${name}[${sample}]: its ${end} labels need ${needed} steps, one each and one between equal ones; the predictions have ${stepsOf(sample)}`,
      )
    data.set(labels.subarray(0, end), sample * width)
  }
  return { shape: [samples, width], data }
}
