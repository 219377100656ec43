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
