/**
 * The share of a text that stands word for word in another one: of its pieces of that length, side by side, those that
 * occur anywhere in the other. Each piece is known by a hash that rolls along the other text (Karp & Rabin 1987).
 */
export function repeatedShare(ids: Int32Array, other: Int32Array, length = 100): number {
  const pieces = Math.floor(ids.length / length)
  if (pieces === 0 || other.length < length) return 0
  /** Where pieces begin, by their hashes; those that were found are taken out. */
  const begins = new Map<number, number[]>()
  for (let piece = 0; piece < pieces; piece++) {
    const begin = piece * length
    const hash = hashOf(ids, begin, length)
    const alike = begins.get(hash)
    if (alike) alike.push(begin)
    else begins.set(hash, [begin])
  }
  let found = 0
  const highest = power(length)
  let hash = hashOf(other, 0, length)
  for (let at = 0; ; at++) {
    const sought = begins.get(hash)
    if (sought) {
      const left = sought.filter((begin) => !isSame(ids, begin, other, at, length))
      found += sought.length - left.length
      if (left.length > 0) begins.set(hash, left)
      else begins.delete(hash)
    }
    if (at + length === other.length) return found / pieces
    hash = (Math.imul(hash, BASE) + other[at + length] - Math.imul(highest, other[at])) | 0
  }
}

/** A generator of Knuth's, odd, so that no place of a piece is lost modulo 2³². */
const BASE = 1664525

/** Σ id · base^(length − 1 − i), modulo 2³². */
function hashOf(ids: Int32Array, begin: number, length: number): number {
  let hash = 0
  for (let at = begin; at < begin + length; at++) hash = (Math.imul(hash, BASE) + ids[at]) | 0
  return hash
}

const power = (exponent: number): number => {
  let value = 1
  for (let n = 0; n < exponent; n++) value = Math.imul(value, BASE)
  return value
}

function isSame(ids: Int32Array, begin: number, other: Int32Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (ids[begin + i] !== other[at + i]) return false
  return true
}
