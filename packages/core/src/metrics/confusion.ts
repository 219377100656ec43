import type { Accumulator } from './metric.ts'

/** Right and wrong answers for every threshold, in the order they were given. */
export interface Counts {
  readonly tp: Float64Array
  readonly fp: Float64Array
  readonly tn: Float64Array
  readonly fn: Float64Array
}

export interface ConfusionOptions {
  readonly thresholds: readonly number[]
  /** Keep the k largest predictions of a row alone: exactly k, of equals the first. */
  readonly topK?: number | null
  /** This column alone. */
  readonly classId?: number | null
  /** Columns counted apart, each with thresholds of its own; otherwise all together. */
  readonly columns?: number
  /** Of every column. */
  readonly labelWeights?: readonly number[] | null
  /** Do they lie evenly from 0 to 1? Then Keras puts predictions into buckets. Told from the thresholds if absent. */
  readonly areEven?: boolean
  /** Predictions become probabilities first. */
  readonly transform?: (x: number) => number
}

/** What Keras takes for minus infinity: predictions outside of the top k. */
export const LOWEST = -1e10

/**
 * Sums of weights, of labels that are positive and of those that are not, by how many thresholds lie below the
 * prediction. All counts follow from these, whatever the number of thresholds.
 */
export class Confusion implements Pick<Accumulator, 'sums' | 'update'> {
  readonly sums: Float64Array
  readonly #options: ConfusionOptions
  /** Ascending, in float32. */
  readonly #sorted: Float32Array
  /** Place of each threshold among the sorted ones. */
  readonly #order: readonly number[]
  readonly #isEven: boolean
  readonly #N: number
  #kept: Uint8Array

  /** @param N columns of predictions and labels */
  constructor(N: number, options: ConfusionOptions) {
    const { thresholds, columns = 1 } = options
    this.#options = options
    this.#N = N
    this.#sorted = Float32Array.from(thresholds).sort()
    this.#order = thresholds.map((threshold) => this.#sorted.indexOf(Math.fround(threshold)))
    this.#isEven = options.areEven ?? areEven(thresholds)
    this.#kept = new Uint8Array(N)
    this.sums = new Float64Array(2 * columns * (thresholds.length + 1))
  }

  update(
    labels: Float32Array,
    predictions: Float32Array,
    weights: Float32Array | null,
    entries: number,
  ): void {
    const { classId, topK, transform, labelWeights, columns = 1 } = this.#options
    const N = this.#N
    const first = classId ?? 0
    const last = classId ?? N - 1
    const ranks = this.#sorted.length + 1
    for (let entry = 0; entry < entries; entry++) {
      const weight = weights ? weights[entry] : 1
      const from = entry * N
      if (topK) this.#keep(predictions, from, topK)
      for (let n = first; n <= last; n++) {
        const given = topK && !this.#kept[n] ? LOWEST : predictions[from + n]
        const rank = this.#rank(transform ? Math.fround(transform(given)) : given)
        const column = columns > 1 ? n : 0
        const at = 2 * (column * ranks + rank) + (labels[from + n] ? 1 : 0)
        this.sums[at] += weight * (labelWeights && columns === 1 ? labelWeights[n] : 1)
      }
    }
  }

  /** Of one column, or of all. */
  counts(column = 0): Counts {
    const n = this.#sorted.length
    const first = 2 * column * (n + 1)
    // how much lies above each of the sorted thresholds, and below
    const above = { positives: zeros(n + 1), negatives: zeros(n + 1) }
    for (let place = n - 1; place >= 0; place--) {
      above.negatives[place] = above.negatives[place + 1] + this.sums[first + 2 * (place + 1)]
      above.positives[place] = above.positives[place + 1] + this.sums[first + 2 * (place + 1) + 1]
    }
    const negatives = above.negatives[0] + this.sums[first]
    const positives = above.positives[0] + this.sums[first + 1]
    const tp = Float64Array.from(this.#order, (place) => above.positives[place])
    const fp = Float64Array.from(this.#order, (place) => above.negatives[place])
    return { tp, fp, tn: fp.map((count) => negatives - count), fn: tp.map((count) => positives - count) }
  }

  /** How many thresholds lie below. Those spread evenly over 0 to 1 are told by Keras's own formula, in its precision. */
  #rank(prediction: number): number {
    const sorted = this.#sorted
    const n = sorted.length
    if (this.#isEven) {
      const p = Math.min(Math.max(prediction, 0), 1)
      const rank = Math.ceil(Math.fround(p * (n - 1)))
      return sorted[0] < 0 || sorted[n - 1] > 1 ? Math.max(rank, 1) : rank
    }
    let low = 0
    let high = n
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] < prediction) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Marks the k largest predictions. */
  #keep(predictions: Float32Array, from: number, k: number): void {
    this.#kept.fill(0)
    for (let i = 0; i < k; i++) {
      let best = -1
      for (let n = 0; n < this.#N; n++) {
        if (!this.#kept[n] && (best < 0 || predictions[from + n] > predictions[from + best])) best = n
      }
      if (best >= 0) this.#kept[best] = 1
    }
  }
}

/** As NumPy's `allclose` tells it. */
export function areEven(thresholds: readonly number[]): boolean {
  const n = thresholds.length
  const isNear = (threshold: number, i: number) =>
    Math.abs(threshold - i / (n - 1)) <= 1e-7 + (1e-5 * i) / (n - 1)
  return n >= 3 && thresholds.every(isNear)
}

function zeros(n: number): Float64Array {
  return new Float64Array(n)
}
