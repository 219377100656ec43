/** The steps 0 … T−1 in the order they are processed. */
export function processingOrder(T: number, reverse: boolean): number[] {
  return Array.from({ length: T }, (_, step) => (reverse ? T - 1 - step : step))
}

/** y += x·M for one row: x the K numbers of `source` from `at` on, M [K, y.length]; `columns` [from, to) of M and y alone. */
export function addProduct(
  y: Float64Array,
  source: Float64Array,
  at: number,
  matrix: { readonly shape: readonly number[]; readonly data: Float64Array },
  from = 0,
  to = matrix.shape[1],
): void {
  const [K, N] = matrix.shape
  for (let k = 0; k < K; k++) {
    for (let n = from; n < to; n++) y[n] += source[at + k] * matrix.data[k * N + n]
  }
}
