import type { Metric } from '../metrics/index.ts'
import { LOSS } from './programs.ts'

/** Loss and metrics by name. */
export type Figures = Record<string, number>

/**
 * Running means of loss and metrics over rows and steps. Engines hand over one figure a row and step; they are summed
 * here, in order and in double precision, so that no number of threads changes them.
 */
export class RunningFigures {
  /** Filled by the engine: by name, one entry a row and step of the batch. */
  readonly fetches: Record<string, Float32Array> = {}
  readonly names: readonly string[]
  readonly #sums: Float64Array
  #count = 0

  /** @param entries at most so many rows times steps a batch */
  constructor(metrics: readonly Metric[], entries: number) {
    this.names = [LOSS, ...metrics.map(({ name }) => name)]
    this.#sums = new Float64Array(this.names.length)
    for (const name of this.names) this.fetches[name] = new Float32Array(entries)
  }

  /** Adds the batch of which the engine filled in so many entries. */
  add(entries: number): void {
    for (let figure = 0; figure < this.names.length; figure++) {
      const values = this.fetches[this.names[figure]]
      let sum = 0
      for (let i = 0; i < entries; i++) sum += values[i]
      this.#sums[figure] += sum
    }
    this.#count += entries
  }

  means(): Figures {
    return Object.fromEntries(this.names.map((name, figure) => [name, this.#sums[figure] / this.#count]))
  }

  reset(): void {
    this.#sums.fill(0)
    this.#count = 0
  }

  /** What must be kept to go on in the middle of an epoch. */
  get state(): FiguresState {
    return { sums: [...this.#sums], count: this.#count }
  }

  set state({ sums, count }: FiguresState) {
    this.#sums.set(sums)
    this.#count = count
  }
}

export interface FiguresState {
  readonly sums: readonly number[]
  readonly count: number
}
