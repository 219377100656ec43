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
  const totals = new Float64Array(classes)
  for (let n = 0; n < texts.length; n++) totals[labels[n]]++
  /** Texts of each class that hold the token, [size, classes]. */
  const counts = new Float64Array(size * classes)
  for (const [n, tokens] of texts.entries()) {
    for (const token of new Set(tokens)) counts[token * classes + labels[n]]++
  }
  // as if every class had one more text with the token, if classes were equally large: what was seen once proves little
  const prior = classes / texts.length
  const found = new Float32Array(size * classes)
  for (let token = 0; token < size; token++) {
    const shares = totals.map((total, c) => counts[token * classes + c] / (total || 1) + prior)
    const sum = shares.reduce((one, other) => one + other)
    for (let c = 0; c < classes; c++) {
      const others = (sum - shares[c]) / (classes - 1)
      found[token * classes + c] = (shares[c] - others) / (shares[c] + others)
    }
  }
  return found
}
