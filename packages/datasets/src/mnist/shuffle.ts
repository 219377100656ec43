/**
 * The numbers 0 … count − 1 in an order that depends on the seed alone: Fisher and Yates's shuffle from the
 * end, fed by mulberry32, in whole numbers, so that every runtime has the same.
 */
export function shuffledOrder(count: number, seed: number): Uint16Array {
  const order = Uint16Array.from({ length: count }, (_, index) => index)
  const next = mulberry32(seed)
  for (let last = count - 1; last > 0; last--) {
    const chosen = Math.floor((next() / 2 ** 32) * (last + 1))
    const held = order[last]
    order[last] = order[chosen]
    order[chosen] = held
  }
  return order
}

/** Tommy Ettinger's 32-bit generator (public domain). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
}
