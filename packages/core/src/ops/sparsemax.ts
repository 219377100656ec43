import type { Meaning, Op } from './op.ts'
import { eachRow, requireSameShape } from './shapes.ts'

/**
 * y = max(x − τ, 0) over the last axis (Martins & Astudillo 2016), with τ as Keras has it. With z the numbers in
 * descending order, c their running sums and k the count of j for which z_j > (c_j − 1) / j:
 *
 *   τ = (Σ c_j − 1) / k over those j
 *
 * where the paper has τ = (c_k − 1) / k. The two are one for k = 1 alone.
 */
export const sparsemax: Op<'x', 'y'> = {
  name: 'sparsemax',
  inputs: ['x'],
  outputs: ['y'],
  split: 'rows',

  infer({ x }) {
    return { y: { shape: x.shape, dtype: 'float32' } }
  },

  gradient({ inputs: { x }, outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(sparsemaxGradient, { x, dy }, {}).dx }
  },
}

/** dx = g − Σ g · dτ/dx, where g is dy where x ≥ τ; dτ/dx is (k − j + 1) / k for the j-th largest of the k, else 0. */
export const sparsemaxGradient: Op<'x' | 'dy', 'dx'> = {
  name: 'sparsemaxGradient',
  inputs: ['x', 'dy'],
  outputs: ['dx'],
  split: 'rows',

  infer({ x, dy }) {
    requireSameShape('sparsemaxGradient', x, dy)
    return { dx: { shape: x.shape, dtype: 'float32' } }
  },
}

/** τ of a row, and the places of its k largest numbers, the largest first. */
function thresholdOf(row: Float64Array): { threshold: number; support: number[] } {
  const order = [...row.keys()].sort((a, b) => row[b] - row[a] || a - b)
  let sum = 0
  let sums = 0
  const support = order.filter((at, i) => {
    sum += row[at]
    const inside = row[at] - (sum - 1) / (i + 1) > 0
    if (inside) sums += sum
    return inside
  })
  return { threshold: (sums - 1) / support.length, support }
}

export const evaluateSparsemax: Meaning<typeof sparsemax> = ({ x }, { y }) => {
  for (const { from, to } of eachRow(x)) {
    const row = x.data.subarray(from, to)
    const { threshold } = thresholdOf(row)
    y.data.set(
      row.map((entry) => Math.max(entry - threshold, 0)),
      from,
    )
  }
}

export const evaluateSparsemaxGradient: Meaning<typeof sparsemaxGradient> = ({ x, dy }, { dx }) => {
  for (const { from, to } of eachRow(x)) {
    const { threshold, support } = thresholdOf(x.data.subarray(from, to))
    let sum = 0
    for (let i = from; i < to; i++) {
      if (x.data[i] >= threshold) dx.data[i] = dy.data[i]
      sum += dx.data[i]
    }
    for (const [j, at] of support.entries())
      dx.data[from + at] -= (sum * (support.length - j)) / support.length
  }
}
