import type { Feed } from '../engine.ts'

/** Refuses a feed that has not the numbers of B rows, `size` numbers in all. */
export function checkFeed(name: string, { data, rows }: Feed, B: number, size: number): void {
  const width = size / B
  const got = rows ? rows.length : data.length / width
  if (got < B) throw new RangeError(`input '${name}' needs ${B} rows of ${width} numbers; got ${got}`)
  for (let b = 0; rows && b < B; b++) {
    if (rows[b] >= 0 && (rows[b] + 1) * width <= data.length) continue
    throw new RangeError(`input '${name}' has ${data.length / width} rows; got a row number ${rows[b]}`)
  }
}
