import { DatasetError } from './error.ts'
import type { Float32Tensor, Tensor } from './tensor.ts'

/** Labels [N] as rows [N, classes] with a 1 at the label and 0 elsewhere. */
export function oneHot(labels: Tensor | ArrayLike<number>, classes: number): Float32Tensor {
  if (!Number.isInteger(classes) || classes < 1) {
    throw new DatasetError('oneHot', {
      expected: 'classes to be a whole number of at least 1',
      received: String(classes),
      fix: 'Pass the number of classes.',
    })
  }
  const values = 'shape' in labels ? labels.data : labels
  const data = new Float32Array(values.length * classes)
  for (let n = 0; n < values.length; n++) {
    const label = values[n]
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new DatasetError('oneHot', {
        expected: `whole labels from 0 to ${classes - 1}`,
        received: `${label} at position ${n}`,
        fix: 'Correct the label or raise the number of classes.',
      })
    }
    data[n * classes + label] = 1
  }
  return { shape: [values.length, classes], data }
}
