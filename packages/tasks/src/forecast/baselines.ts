import { type Linear, linearAt, ridge } from './ridge.ts'
import type { Standardised } from './windows.ts'

/** Writes the `horizon` values of column `index` from row `origin` on, on the values' scale. */
export type Forecaster = (index: number, origin: number, result: Float64Array) => void

/** What every forecast has to beat, and nothing has to be learned for. */
export function simpleBaselines({ columns, preparation }: Standardised): Record<string, Forecaster> {
  const { horizon, season, window } = preparation
  return {
    /** The last value goes on. */
    naive: (index, origin, result) => {
      result.fill(columns[index][origin - 1])
    },
    /** The last season comes again, the window's or one before it; at the very beginning of a series the last value. */
    seasonalNaive: (index, origin, result) => {
      const back = season <= origin ? season : 1
      for (let h = 0; h < horizon; h++) result[h] = columns[index][origin - back + (h % back)]
    },
    /** The line from the window's first value to its last goes on. */
    drift: (index, origin, result) => {
      const last = columns[index][origin - 1]
      const slope = window > 1 ? (last - columns[index][origin - window]) / (window - 1) : 0
      for (let h = 0; h < horizon; h++) result[h] = last + (h + 1) * slope
    },
  }
}

/** Ridge regression on the window. */
export const linearBaseline =
  ({ columns }: Standardised, linear: readonly Linear[]): Forecaster =>
  (index, origin, result) =>
    linearAt(linear[index], columns[index], origin, result)

/** The ridge regression of each target, of its training part. */
export function linearOf({ columns, preparation }: Standardised): Linear[] {
  const { targets, window, horizon, parts } = preparation
  return targets.map((_, index) => ridge(columns[index].subarray(0, parts.validation), window, horizon))
}

/** Where the errors of a linear forecast have their quantiles, on the training part: [quantiles, targets, horizon]. */
export function errorQuantiles(
  { columns, preparation }: Standardised,
  linear: readonly Linear[],
  origins: readonly number[],
): Float32Array {
  const { horizon, targets, quantiles } = preparation
  const few = origins.filter((_, index) => index % Math.ceil(origins.length / 500) === 0)
  const result = new Float32Array(quantiles.length * targets.length * horizon)
  const forecast = new Float64Array(horizon)
  for (let c = 0; c < targets.length; c++) {
    const errors = Array.from({ length: horizon }, () => new Float64Array(few.length))
    for (const [n, origin] of few.entries()) {
      linearAt(linear[c], columns[c], origin, forecast)
      for (let h = 0; h < horizon; h++) errors[h][n] = columns[c][origin + h] - forecast[h]
    }
    for (let h = 0; h < horizon; h++) {
      const sorted = errors[h].sort()
      for (const [q, level] of quantiles.entries()) {
        result[(q * targets.length + c) * horizon + h] = sorted[Math.round(level * (sorted.length - 1))]
      }
    }
  }
  return result
}
