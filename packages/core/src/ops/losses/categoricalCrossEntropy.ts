import type { Meaning } from '../op.ts'
import { eachRow } from '../shapes.ts'
import { clipProbability, clipSlope } from './clip.ts'
import { lossOperations } from './operations.ts'

interface CategoricalAttributes extends Record<string, boolean> {
  /** Clip before the rows are made to add up to 1, as Keras does for integer labels; otherwise after it. */
  readonly clipFirst: boolean
}

/**
 * What Keras computes from probabilities p, along the last axis:
 * loss = −Σ label · log q with q = clip(p / Σp), or clip(p) / Σ clip(p) with clipFirst.
 *
 * With s = Σp, or Σ clip(p) with clipFirst, and g = −label / q, 0 where q was clipped:
 * dProbabilities = dLoss · (g − Σ g ⊙ q) / s, with clipFirst 0 where p was clipped.
 */
export const [categoricalCrossEntropy, categoricalCrossEntropyGradient] = lossOperations<
  'probabilities',
  CategoricalAttributes
>({
  name: 'categoricalCrossEntropy',
  operand: 'probabilities',
})

export const evaluateCategoricalCrossEntropy: Meaning<typeof categoricalCrossEntropy> = (
  { probabilities, labels },
  { loss },
  { clipFirst },
) => {
  for (const { row, from, to } of eachRow(probabilities)) {
    const p = clipped(probabilities.data.subarray(from, to), clipFirst)
    const sum = sumOf(p)
    for (let n = 0; n < p.length; n++) {
      const q = clipFirst ? p[n] / sum : clipProbability(p[n] / sum)
      loss.data[row] -= labels.data[from + n] * Math.log(q)
    }
  }
}

export const evaluateCategoricalCrossEntropyGradient: Meaning<typeof categoricalCrossEntropyGradient> = (
  { probabilities, labels, dLoss },
  { dProbabilities },
  { clipFirst },
) => {
  for (const { row, from, to } of eachRow(probabilities)) {
    const p = clipped(probabilities.data.subarray(from, to), clipFirst)
    const sum = sumOf(p)
    const q = p.map((value) => value / sum)
    const g = q.map((value, n) => (clipFirst || clipSlope(value) ? -labels.data[from + n] / value : 0))
    const dot = g.reduce((total, value, n) => total + value * q[n], 0)
    for (let i = from; i < to; i++) {
      const slope = clipFirst ? clipSlope(probabilities.data[i]) : 1
      dProbabilities.data[i] = (dLoss.data[row] * slope * (g[i - from] - dot)) / sum
    }
  }
}

function clipped(p: Float64Array, clipFirst: boolean): Float64Array {
  return clipFirst ? p.map(clipProbability) : p
}

function sumOf(p: Float64Array): number {
  return p.reduce((a, b) => a + b, 0)
}
