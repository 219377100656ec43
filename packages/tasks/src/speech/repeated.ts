/**
 * How many of these sounds are among others, sample for sample. A corpus has tens of thousands, often all of one length:
 * each is looked for only among those of the same hash.
 */
export function countRepeated(sounds: readonly Float32Array[], others: readonly Float32Array[]): number {
  const known = new Map<number, Float32Array[]>()
  for (const samples of others) {
    const hash = hashOf(samples)
    const alike = known.get(hash)
    if (alike) alike.push(samples)
    else known.set(hash, [samples])
  }
  const isKnown = (samples: Float32Array) =>
    known.get(hashOf(samples))?.some((other) => isSame(samples, other)) ?? false
  return sounds.filter(isKnown).length
}

/** Samples that are hashed: reading all of a corpus would take seconds, and tell hardly more. */
const SAMPLED = 500

/** FNV-1a over the length and the bits of samples from everywhere in a sound. */
function hashOf(samples: Float32Array): number {
  const bits = new Int32Array(samples.buffer, samples.byteOffset, samples.length)
  const step = Math.ceil(bits.length / SAMPLED)
  let hash = mixed(0x811c9dc5, bits.length)
  for (let at = 0; at < bits.length; at += step) hash = mixed(hash, bits[at])
  return hash
}

/** Folded, as samples of 16 bits leave the lower bits of a float32 zero, and a product never carries bits down. */
function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x01000193)
  return product ^ (product >>> 15)
}

const isSame = (one: Float32Array, other: Float32Array): boolean =>
  one.length === other.length && one.every((sample, at) => sample === other[at])
