// Vectors are loaded, computed and stored in pairs: two neighbouring 128-bit operations of one kind, loads before
// stores and the store at the higher address first, are what revectorization merges into one of 256 bits.
// Operands used twice are loaded into locals once, or the optimizer mixes the halves up and nothing is merged.

/** Bytes of a pair of vectors. */
export const PAIR: i32 = 32

/** The lower vector of the pair at `address`. */
@inline
export function low(address: usize): v128 {
  return v128.load(address)
}

/** The upper vector of the pair at `address`. */
@inline
export function high(address: usize): v128 {
  return v128.load(address, 16)
}

/** Stores a pair. */
@inline
export function put(address: usize, lower: v128, upper: v128): void {
  v128.store(address, upper, 16)
  v128.store(address, lower)
}

/** to = a∘b over `bytes` of each of `panels` panels. */
export function multiplyPanels(
  to: usize, toPanel: usize, a: usize, aPanel: usize, b: usize, bPanel: usize, bytes: usize, panels: i32,
): void {
  for (; panels > 0; panels--) {
    for (let at: usize = 0; at < bytes; at += PAIR) {
      put(to + at, f32x4.mul(low(a + at), low(b + at)), f32x4.mul(high(a + at), high(b + at)))
    }
    to += toPanel
    a += aPanel
    b += bPanel
  }
}
