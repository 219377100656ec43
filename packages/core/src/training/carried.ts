import type { Float32Tensor } from '../data/tensor.ts'
import type { Feed } from '../engines/engine.ts'
import { DataError } from '../errors.ts'
import type { CarriedSize } from '../network/emit.ts'
import type { Network } from '../network/network.ts'

/** Batches whose states are carried. */
interface Runs {
  readonly rows: Int32Array
  readonly feeds: Record<string, Feed>
}

/**
 * What stateful layers carry from batch to batch, by name: the same arrays are fed to a run and filled by it. Training,
 * evaluation and prediction share them, as in Keras. Row i of a batch goes on where row i of the one before ended.
 */
export class Carried {
  readonly #fixed: number | null
  #rows: number | null
  /** [rows, numbers of a row] */
  readonly #tensors = new Map<string, Float32Tensor>()

  constructor({ inputs }: Network) {
    this.#fixed = inputs.find(({ batchSize }) => batchSize !== null)?.batchSize ?? null
    this.#rows = this.#fixed
  }

  /** Adds what is carried to what runs over these batches are fed and fill; refuses batches of another size. */
  join(
    states: readonly CarriedSize[],
    samples: number,
    { rows: { length: rows }, feeds }: Runs,
    fetches: Record<string, Float32Array>,
  ): void {
    const expected = this.#rows ?? rows
    if (rows !== expected || samples % rows !== 0)
      throw new DataError(this.#wrongBatch(expected, samples, rows))
    this.#rows = rows
    for (const { name, size } of states) {
      const known = this.#tensors.get(name)?.data
      const data = known?.length === rows * size ? known : new Float32Array(rows * size)
      this.#tensors.set(name, { shape: [rows, size], data })
      feeds[name] = { data }
      fetches[name] = data
    }
  }

  /** Back to zeros; where no `batchInputShape` fixes it, the next batch may have another size. */
  reset(): void {
    // kept, as a training that is under way goes on filling them
    for (const { data } of this.#tensors.values()) data.fill(0)
    this.#rows = this.#fixed
  }

  /** What is carried, [rows, numbers of a row] by name; nothing where that is zeros. */
  get tensors(): ReadonlyMap<string, Float32Tensor> {
    const found = [...this.#tensors]
    if (found.every(([, { data }]) => data.every((value) => value === 0))) return new Map()
    return new Map(found.map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]))
  }

  /** Goes on from what was carried elsewhere; where that was nothing, from zeros. */
  set tensors(given: ReadonlyMap<string, Float32Tensor>) {
    this.reset()
    for (const [name, { shape, data }] of given) {
      this.#rows = shape[0]
      this.#tensors.set(name, { shape, data: Float32Array.from(data) })
    }
  }

  #wrongBatch(expected: number, samples: number, rows: number): string {
    const advice =
      this.#fixed === null && rows !== expected
        ? `Give batchSize: ${expected}, or call model.resetStates() first to begin with batches of another size.`
        : `Give batchSize: ${expected}, and a multiple of ${expected} samples.`
    return (
      `this model is stateful: row i of a batch goes on where row i of the batch before ended, so every batch has ` +
      `${expected} samples; got ${samples} samples in batches of ${rows}. ${advice}`
    )
  }
}
