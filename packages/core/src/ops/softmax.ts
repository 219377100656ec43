import type { Meaning, Op } from './op.ts'
import { eachRow, requireSameShape } from './shapes.ts'

/** y = exp(x − max x) / Σ exp(x − max x) over the last axis. */
export const softmax: Op<'x', 'y'> = {
  name: 'softmax',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    return { y: { shape: x.shape, dtype: 'float32' } }
  },

  gradient({ outputs: { y }, outputGradients: { y: dy }, emit }) {
    return { x: emit(softmaxGradient, { y, dy }, {}).dx }
  },
}

export const evaluateSoftmax: Meaning<typeof softmax> = ({ x }, { y }) => {
  for (const { from, to } of eachRow(x)) y.data.set(probabilities(x.data.subarray(from, to)), from)
}

/** Softmax of one row. */
export function probabilities(logits: Float64Array): Float64Array {
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const exponentials = logits.map((logit) => Math.exp(logit - max))
  const sum = exponentials.reduce((a, b) => a + b, 0)
  return exponentials.map((exponential) => exponential / sum)
}

/** dx = y ⊙ (dy − Σ dy ⊙ y), the sum over the last axis. */
export const softmaxGradient: Op<'y' | 'dy', 'dx'> = {
  name: 'softmaxGradient',
  inputs: ['y', 'dy'],
  outputs: ['dx'],
  split: 'rows',

  infer({ y, dy }) {
    requireSameShape('softmaxGradient', y, dy)
    return { dx: { shape: y.shape, dtype: 'float32' } }
  },
}

export const evaluateSoftmaxGradient: Meaning<typeof softmaxGradient> = ({ y, dy }, { dx }) => {
  for (const { from, to } of eachRow(y)) {
    let dot = 0
    for (let i = from; i < to; i++) dot += dy.data[i] * y.data[i]
    for (let i = from; i < to; i++) dx.data[i] = y.data[i] * (dy.data[i] - dot)
  }
}
