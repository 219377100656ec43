/** Where a layer's random numbers come from, its own seed included. */
export function seededStream(stream: number, seed: number | null): number {
  if (seed === null) return stream
  // odd multipliers near 2³² / φ (Knuth) spread neighbours
  const low = Math.imul((seed >>> 0) + 1, 0x9e3779b1)
  return (stream ^ low ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca77)) >>> 0
}
