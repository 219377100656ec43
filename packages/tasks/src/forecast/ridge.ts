import { CholeskyDecomposition, Matrix } from 'ml-matrix'

/** A linear forecast of one series: its weights [window + 1, horizon], the last row of them added as it is. */
export interface Linear {
  window: number
  horizon: number
  weights: Float64Array
}

/** How strongly weights are held near zero, on values of deviation 1: a tenth of a sample's for each sample. */
const PENALTY = 0.1

/**
 * Ridge regression of the next `horizon` values on the last `window`, all less the last one, in closed form (Hoerl &
 * Kennard 1970). Its sums of products are the lagged ones of the series: neighbours differ by one product, so that they
 * take (window + horizon)² steps for all windows together, beside one pass for each lag.
 */
export function ridge(values: Float32Array, window: number, horizon: number): Linear {
  const size = window + horizon
  const count = values.length - size + 1
  const sums = laggedProducts(values, size, count)
  const totals = laggedTotals(values, size, count)
  const last = window - 1
  const square = sums[last * size + last]
  // Products of values less the last one.
  const product = (i: number, j: number) =>
    sums[i * size + j] - sums[i * size + last] - sums[last * size + j] + square
  const total = (i: number) => totals[i] - totals[last]

  const gram = Matrix.zeros(window + 1, window + 1)
  const right = Matrix.zeros(window + 1, horizon)
  for (let i = 0; i < window; i++) {
    for (let j = 0; j <= i; j++) {
      gram.set(i, j, product(i, j))
      gram.set(j, i, gram.get(i, j))
    }
    gram.set(i, i, product(i, i) + PENALTY * count)
    gram.set(i, window, total(i))
    gram.set(window, i, total(i))
    for (let h = 0; h < horizon; h++) right.set(i, h, product(i, window + h))
  }
  gram.set(window, window, count * (1 + 1e-6))
  for (let h = 0; h < horizon; h++) right.set(window, h, total(window + h))
  const solved = new CholeskyDecomposition(gram).solve(right)
  return { window, horizon, weights: Float64Array.from(solved.to1DArray()) }
}

/** Σ over windows n of v[n + i] · v[n + j]: [size, size]. */
function laggedProducts(v: Float32Array, size: number, count: number): Float64Array {
  const sums = new Float64Array(size * size)
  for (let lag = 0; lag < size; lag++) {
    let sum = 0
    for (let n = 0; n < count; n++) sum += v[n] * v[n + lag]
    for (let i = 0; i + lag < size; i++) {
      if (i > 0) sum += v[count + i - 1] * v[count + i - 1 + lag] - v[i - 1] * v[i - 1 + lag]
      sums[i * size + i + lag] = sum
      sums[(i + lag) * size + i] = sum
    }
  }
  return sums
}

function laggedTotals(v: Float32Array, size: number, count: number): Float64Array {
  const totals = new Float64Array(size)
  let sum = 0
  for (let n = 0; n < count; n++) sum += v[n]
  for (let i = 0; i < size; i++) {
    if (i > 0) sum += v[count + i - 1] - v[i - 1]
    totals[i] = sum
  }
  return totals
}

/** The forecast that begins at that row, on the scale of the values. */
export function linearAt(
  { window, horizon, weights }: Linear,
  values: Float32Array,
  origin: number,
  result: Float64Array,
): void {
  const base = values[origin - 1]
  const sums = weights.slice(window * horizon)
  for (let t = 0; t < window; t++) {
    const value = values[origin - window + t] - base
    for (let h = 0; h < horizon; h++) sums[h] += value * weights[t * horizon + h]
  }
  for (let h = 0; h < horizon; h++) result[h] = base + sums[h]
}
