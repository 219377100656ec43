import { cos, log, sin } from '../math/elementary.ts'
import { philox } from './philox.ts'

/** Set in the last counter word of every Generator: dropout masks, which count training steps there, never have it. */
const GENERATOR_BIT = 0x80000000

/**
 * A stream of random numbers, the same bits on every runtime: draw n is a pure function of seed, stream and n, so
 * streams of one seed are independent and nothing but (seed, stream) need be kept to begin one again.
 *
 * Words of 32 bits come from Philox4x32-10 with key (seed low, seed high) and counter (block low, stream low,
 * block high, stream high with its highest bit set), four words a block.
 */
export class Generator {
  readonly #key: Uint32Array
  readonly #counter: Uint32Array
  readonly #words = new Uint32Array(4)
  #used = 4
  #spareNormal: number | null = null

  /**
   * @param seed a whole number from 0 to 2⁵³ − 1
   * @param stream likewise
   */
  constructor(seed: number, stream = 0) {
    requireWhole('seed', seed)
    requireWhole('stream', stream)
    this.#key = Uint32Array.of(seed, seed / 2 ** 32)
    this.#counter = Uint32Array.of(0, stream, 0, (stream / 2 ** 32) | GENERATOR_BIT)
  }

  /** 32 random bits. */
  uint32(): number {
    if (this.#used === 4) {
      philox(this.#counter, this.#key, this.#words)
      this.#used = 0
      if (++this.#counter[0] === 2 ** 32) this.#counter[2]++
    }
    return this.#words[this.#used++]
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** Normal with mean 0 and variance 1, two at a time (Box & Muller 1958). */
  normal(): number {
    if (this.#spareNormal !== null) {
      const spare = this.#spareNormal
      this.#spareNormal = null
      return spare
    }
    const radius = Math.sqrt(-2 * log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spareNormal = radius * sin(angle)
    return radius * cos(angle)
  }

  /** A whole number in [0, n), each equally likely; 1 ≤ n ≤ 2³². */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
      throw new RangeError(`n must be a whole number from 1 to 2³²; got ${n}`)
    // words in the incomplete last round of n are drawn again: taking them would favour small numbers
    const limit = 2 ** 32 - (2 ** 32 % n)
    let word = this.uint32()
    while (word >= limit) word = this.uint32()
    return word % n
  }

  /** The numbers 0 … n−1 in random order, each order equally likely (Fisher & Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const held = order[i]
      order[i] = order[j]
      order[j] = held
    }
    return order
  }
}

function requireWhole(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`the ${what} must be a whole number from 0 to 2⁵³ − 1; got ${value}`)
  }
}
