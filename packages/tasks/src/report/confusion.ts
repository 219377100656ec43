/** How often each class was taken for each: `matrix[true][predicted]`, from outputs [N, classes] and labels [N]. */
export function confusionMatrix(
  outputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let n = 0; n < labels.length; n++) matrix[labels[n]][likeliest(outputs, n * classes, classes)]++
  return matrix
}

/** The share of the diagonal. */
export function rightShare(matrix: readonly (readonly number[])[]): number {
  const total = matrix.flat().reduce((sum, value) => sum + value, 0)
  return matrix.reduce((sum, row, index) => sum + row[index], 0) / total
}

/** The first of the largest values among `length` from `start`, counted from there. */
function likeliest(values: ArrayLike<number>, start: number, length: number): number {
  let best = 0
  for (let i = 1; i < length; i++) if (values[start + i] > values[start + best]) best = i
  return best
}
