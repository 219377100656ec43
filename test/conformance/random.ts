import type { JsonTensor } from './keras.ts'

/** A small generator (mulberry32) for the tests' own numbers. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  /** Four decimals each, so that jobs stay short. */
  reals(shape: readonly number[], bound: number): JsonTensor {
    return this.#tensor(shape, () => Math.round((2 * this.next() - 1) * bound * 1e4) / 1e4)
  }

  classes(shape: readonly number[], count: number): JsonTensor {
    return { ...this.#tensor(shape, () => Math.floor(this.next() * count)), dtype: 'int32' }
  }

  /** From `least` to `most`. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]
  }

  #tensor(shape: readonly number[], draw: () => number): JsonTensor {
    const length = shape.reduce((product, n) => product * n, 1)
    return { shape: [...shape], data: Array.from({ length }, draw) }
  }

  /** In [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
