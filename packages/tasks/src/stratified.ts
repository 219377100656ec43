import { generator, shuffled } from './random.ts'

/** Rows by number. */
export interface Split {
  kept: number[]
  held: number[]
}

/**
 * Holds back a share of each class, so that the classes are mixed alike in both parts, and shuffles both. Of a class of
 * two or more at least one is kept, and unless the share is 0 at least one is held; one alone is kept.
 *
 * @param labels of the rows, from 0
 */
export function stratifiedSplit(labels: ArrayLike<number>, share: number, seed: number): Split {
  const random = generator(seed)
  const rows: number[][] = []
  for (let row = 0; row < labels.length; row++) {
    rows[labels[row]] ??= []
    rows[labels[row]].push(row)
  }
  const [kept, held]: number[][] = [[], []]
  for (const own of rows) {
    if (!own) continue
    const count = share === 0 ? 0 : Math.max(1, Math.round(own.length * share))
    const taken = Math.min(count, own.length - 1)
    // one by one: a class may have more rows than a call takes arguments
    for (const [at, row] of shuffled(own, random).entries()) (at < taken ? held : kept).push(row)
  }
  return { kept: shuffled(kept, random), held: shuffled(held, random) }
}
