/**
 * What the training part says of each token by itself, counted as naive Bayes does: for each class from −1, in others
 * alone, to 1, in this one alone; near 0 where it tells nothing or was seldom seen. By + − × ÷, so the same bits
 * everywhere.
 *
 * @param texts as numbers
 * @param labels of the texts, from 0 to below `classes`
 * @param size how many numbers there are
 * @returns [size, classes]
 */
export function evidenceOf(
  texts: readonly (readonly number[])[],
  labels: ArrayLike<number>,
  classes: number,
  size: number,
): Float32Array {
  /** Texts of each class that hold the token, and one more, so that what was seen once proves little. */
  const counts = new Float64Array(size * classes).fill(1)
  for (const [n, tokens] of texts.entries()) {
    for (const token of new Set(tokens)) counts[token * classes + labels[n]]++
  }
  const totals = new Float64Array(classes)
  for (const [at, count] of counts.entries()) totals[at % classes] += count
  const found = new Float32Array(size * classes)
  for (let token = 0; token < size; token++) {
    const shares = totals.map((total, c) => counts[token * classes + c] / total)
    const sum = shares.reduce((one, other) => one + other)
    for (let c = 0; c < classes; c++) {
      const others = (sum - shares[c]) / (classes - 1)
      found[token * classes + c] = (shares[c] - others) / (shares[c] + others)
    }
  }
  return found
}
