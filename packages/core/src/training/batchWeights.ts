import { isRagged, type Tensor } from '../data/tensor.ts'
import type { Loss, Reduction } from '../losses/loss.ts'
import { sizeOf } from '../program/program.ts'

/** Does the program divide the weights, because it alone knows what is left out? */
export function isReweighted({ ignoreClass }: Loss, isMasked: boolean): boolean {
  return isMasked || ignoreClass !== undefined
}

/**
 * With what weight each row and step of a batch counts, for one output. `lossWeight` is fed to the program: the loss made
 * small is Σ loss ⊙ lossWeight. `sample` is what the user gave (sample or class weights), for the figures.
 *
 * Made once for a call of fit or evaluate; `take` fills both anew for every batch and allocates nothing.
 */
export class BatchWeights {
  readonly reduction: Reduction
  /** One a row and step: the sample's weight, divided as the loss's reduction says. */
  readonly lossWeight: Float32Array
  /** One a row and step; all 1 without sample weights. */
  readonly sample: Float32Array
  /** Sample weights [samples], [samples, 1] or [samples, …steps] that rows are taken of; null: 1 each. */
  source: Tensor | null
  /**
   * Are masked steps mere padding, since sequences of different lengths were given? Then no metric counts them. Steps that
   * the user's data mask are counted where Keras does.
   */
  isPadded = false
  rows = 0
  /** Rows and steps that have a loss, in the batch that was taken last. */
  entries = 0
  readonly #isDividedLater: boolean
  #filled = 0

  /**
   * @param loss null: the output has none, and only its metrics are weighted
   * @param entries at most so many rows times steps a batch
   * @param isMasked does the output carry a mask?
   */
  constructor(loss: Loss | null, entries: number, source: Tensor | null, isMasked = false) {
    this.reduction = loss?.reduction ?? 'sum_over_batch_size'
    this.#isDividedLater = loss !== null && isReweighted(loss, isMasked)
    this.lossWeight = new Float32Array(entries)
    this.sample = new Float32Array(entries).fill(1)
    this.source = source
  }

  /** Weights of the batch that holds these rows: the first `size` of `rows`, each of so many steps. */
  take(rows: Int32Array, size: number, steps: number): void {
    const entries = size * steps
    this.rows = size
    this.entries = entries
    if (this.source) this.#gather(this.source, rows, size, steps)
    else if (this.#filled !== entries) this.lossWeight.fill(this.#share(entries, entries))
    this.#filled = this.source ? 0 : entries
  }

  #gather(source: Tensor, rows: Int32Array, size: number, steps: number): void {
    const { sample, lossWeight } = this
    const { shape, data } = source
    const ragged = isRagged(source) ? source : null
    const width = sizeOf(shape.slice(1))
    const inner = sizeOf(shape.slice(2))
    let sum = 0
    for (let row = 0; row < size; row++) {
      for (let t = 0; t < steps; t++) {
        const at = ragged ? ragged.starts[rows[row]] : rows[row] * width
        // padded steps are masked, whatever they weigh
        const weight = ragged && t >= ragged.lengths[rows[row]] * inner ? 0 : data[at + (width === 1 ? 0 : t)]
        sample[row * steps + t] = weight
        sum += weight
      }
    }
    const share = this.#share(size * steps, sum)
    for (let i = 0; i < size * steps; i++) lossWeight[i] = sample[i] * share
  }

  /** What a weight of 1 comes to. */
  #share(entries: number, sum: number): number {
    if (this.reduction === 'sum' || this.reduction === 'none') return 1
    if (this.reduction === 'mean_with_sample_weight' && this.#isDividedLater) return 1
    const divisor = this.reduction === 'mean_with_sample_weight' ? sum : entries
    return divisor === 0 ? 0 : 1 / divisor
  }
}
