/**
 * Numbers from 0 to below 1, the same for the same seed on every machine: mulberry32 (Tommy Ettinger), 32 bits of state.
 * For splits and augmentation; what a model draws (weights, dropout, order) is core's own.
 */
export function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * A seed for each list of whole numbers below 2³², such as (seed, epoch, sample): what is drawn for one of them does not
 * depend on what was drawn before.
 */
export function seedOf(...words: readonly number[]): number {
  return words.reduce((hash, word) => scatter((hash ^ word) + 0x9e3779b9), 0x243f6a88) >>> 0
}

/** MurmurHash3's last step: every bit of the word has a say in every bit of the result. */
function scatter(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** A seed for where none is given: below 2³², and another one every time. */
export const drawSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0]

/** The same in another order (Fisher and Yates). */
export function shuffled<T>(items: Iterable<T>, random: () => number): T[] {
  const found = Array.from(items)
  for (let last = found.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    const moved = found[last]
    found[last] = found[other]
    found[other] = moved
  }
  return found
}
