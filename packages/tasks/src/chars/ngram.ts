/**
 * What a count of short pieces foretells: the probability of a character after the few before it, by interpolated
 * Kneser–Ney smoothing (Kneser & Ney 1995; Chen & Goodman 1999, equations 13 to 16).
 *
 * p(c | h) = (n(hc) − D) / n(h) + D · t(h) / n(h) · p(c | h'), where n counts, t(h) is how many different characters
 * follow h, and h' is h without its first character. For all but the longest pieces n counts in how many different
 * places a piece stands (what comes before it), not how often: 'Francisco' is frequent, but only after 'San '. Below
 * single characters all are equally likely.
 */
export class KneserNey {
  readonly #size: number
  readonly #order: number
  /** By the length of pieces, from 1. */
  readonly #levels: Level[] = []

  /**
   * @param ids below 65,536, and below `size`
   * @param order the longest piece: characters looked back at, and one more
   */
  constructor(ids: ArrayLike<number>, size: number, order = 6) {
    this.#size = size
    this.#order = order
    let counts = countsOf(ids, order)
    for (let length = order; length > 0; length--) {
      this.#levels[length] = levelOf(counts)
      if (length > 1) counts = shorter(counts)
    }
  }

  /** The probability of ids[at] after those before it. */
  probability(ids: ArrayLike<number>, at: number): number {
    let probability = 1 / this.#size
    for (let length = 1; length <= this.#order && length <= at + 1; length++) {
      const { counts, contexts, discount } = this.#levels[length]
      const piece = pieceOf(ids, at + 1 - length, at + 1)
      const context = contexts.get(piece.slice(0, -1))
      // never seen, so longer ones were not either
      if (!context) break
      const seen = Math.max(0, (counts.get(piece) ?? 0) - discount)
      probability = (seen + discount * context.followers * probability) / context.total
    }
    return probability
  }
}

/** Pieces of one length. */
interface Level {
  counts: ReadonlyMap<string, number>
  contexts: ReadonlyMap<string, { total: number; followers: number }>
  /** D: what is taken off each count for what was never seen. */
  discount: number
}

/** A piece as a text of its numbers: a key that a map takes. */
const pieceOf = (ids: ArrayLike<number>, from: number, to: number): string => {
  let piece = ''
  for (let at = from; at < to; at++) piece += String.fromCharCode(ids[at])
  return piece
}

function countsOf(ids: ArrayLike<number>, length: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let end = length; end <= ids.length; end++) {
    const piece = pieceOf(ids, end - length, end)
    counts.set(piece, (counts.get(piece) ?? 0) + 1)
  }
  return counts
}

/** Pieces without their first character: before how many different ones each stands. */
function shorter(counts: ReadonlyMap<string, number>): Map<string, number> {
  const places = new Map<string, number>()
  for (const piece of counts.keys()) {
    const rest = piece.slice(1)
    places.set(rest, (places.get(rest) ?? 0) + 1)
  }
  return places
}

function levelOf(counts: ReadonlyMap<string, number>): Level {
  const contexts = new Map<string, { total: number; followers: number }>()
  let [once, twice] = [0, 0]
  for (const [piece, number] of counts) {
    if (number === 1) once++
    if (number === 2) twice++
    const before = piece.slice(0, -1)
    const context = contexts.get(before)
    if (context) {
      context.total += number
      context.followers++
    } else contexts.set(before, { total: number, followers: 1 })
  }
  // where nothing stands once, all has been seen
  const discount = once > 0 ? once / (once + 2 * twice) : 0.1
  return { counts, contexts, discount }
}
