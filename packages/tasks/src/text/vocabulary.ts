/** Tokens as numbers. 0 is padding, 1 any token that is not known, and the known ones follow, the most frequent first. */

export const UNKNOWN = 1
/** Where the known ones begin. */
const FIRST = 2

/**
 * The tokens worth knowing: those that occur at least `minCount` times, at most so many. Of equally frequent ones the
 * first in the alphabet of code units, so that the order of the texts does not matter.
 */
export function vocabularyOf(
  texts: readonly (readonly string[])[],
  { minCount, most }: { minCount: number; most: number },
): string[] {
  const counts = new Map<string, number>()
  for (const tokens of texts) for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([one, often], [other, times]) => times - often || (one < other ? -1 : 1))
    .slice(0, most)
    .map(([token]) => token)
}

/** How many numbers there are. */
export const sizeOf = (vocabulary: readonly string[]): number => vocabulary.length + FIRST

export type Encoder = (tokens: readonly string[]) => number[]

/** Makes numbers of tokens, of at most so many from the start. */
export function encoderOf(vocabulary: readonly string[], maxLength: number): Encoder {
  const numbers = new Map(vocabulary.map((token, index) => [token, index + FIRST]))
  return (tokens) => tokens.slice(0, maxLength).map((token) => numbers.get(token) ?? UNKNOWN)
}
