/** A text in its units, as numbers: the code points of its characters, or its bytes. */
export type Units = Uint32Array | Uint8Array

/** The characters of texts, one after the other. */
export function codePointsOf(texts: readonly string[]): Uint32Array {
  // a code point takes one or two places of a string
  const found = new Uint32Array(texts.reduce((sum, { length }) => sum + length, 0))
  let many = 0
  for (const text of texts) {
    for (let at = 0; at < text.length; many++) {
      const point = Number(text.codePointAt(at))
      found[many] = point
      at += point > 0xffff ? 2 : 1
    }
  }
  return found.slice(0, many)
}
