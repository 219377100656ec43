import type { Float32Tensor, Model } from '@carousel/core'
import { isCount } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { advance, dateText } from './dates.ts'
import type { ForecastPreparation } from './preparation.ts'
import type { Series } from './series.ts'
import { inputsAt, type Standardised, standardised } from './windows.ts'

/** Forecasts that begin at some rows, on the training part's scale. */
export interface Forecasts {
  /** [B, targets, horizon] */
  point: Float32Array
  /** By level, each as `point`; a higher level is never below a lower one. */
  quantiles: Float32Array[]
}

/** Asks the model, and gives each window's last value back. */
export async function forecastsAt(
  model: Model,
  data: Standardised,
  origins: readonly number[],
  signal?: AbortSignal,
): Promise<Forecasts> {
  const { preparation, columns } = data
  const { horizon, targets, quantiles } = preparation
  const outputs = await model.predict(inputsAt(data, origins), { batchSize: 256, signal })
  // a list, unless the file was changed: `modelOf` makes two outputs
  const list: readonly Float32Tensor[] = Array.isArray(outputs) ? outputs : [outputs]
  const [point, levels] = list.map(({ data }) => data)
  const rows = origins.length
  const size = targets.length * horizon
  const all = rows * size
  if (point?.length !== all || levels?.length !== all * quantiles.length) {
    throw new TaskError(
      `expected a model that forecasts ${targets.length} × ${horizon} numbers and ${quantiles.length} quantiles of each, as its file says of the preparation, received another. Was the file changed? Train it anew.`,
    )
  }
  const result = {
    point: new Float32Array(rows * size),
    quantiles: quantiles.map(() => new Float32Array(rows * size)),
  }
  const sorted = new Float64Array(quantiles.length)
  for (let n = 0; n < rows; n++) {
    for (let i = 0; i < size; i++) {
      const base = columns[Math.floor(i / horizon)][origins[n] - 1]
      result.point[n * size + i] = base + point[n * size + i]
      // Each level is learned by itself: sorted, they are better or as good (Chernozhukov et al. 2010).
      for (let q = 0; q < sorted.length; q++) sorted[q] = levels[(n * sorted.length + q) * size + i]
      sorted.sort()
      for (let q = 0; q < sorted.length; q++) result.quantiles[q][n * size + i] = base + sorted[q]
    }
  }
  return result
}

/** One target's forecast, in its own unit. */
export interface Forecast {
  target: string
  /** Decimals that mean something, by the deviation of the training part. */
  decimals: number
  /** Of each step, in milliseconds since 1970, UTC; null where the series has no dates. */
  times: readonly number[] | null
  /** As `times`, as people write them: dates, hours with the zone where the file has one; or the number of the row. */
  labels: readonly string[]
  point: readonly number[]
  quantiles: readonly { level: number; values: readonly number[] }[]
}

/**
 * The forecast that begins at a row, by default at the one after the last.
 *
 * @throws TaskError where there is no such row, or nothing is known of the rows before it
 */
export async function forecastFrom(
  model: Model,
  series: Series,
  preparation: ForecastPreparation,
  origin = series.rows,
): Promise<Forecast[]> {
  const { window, targets } = preparation
  if (!isCount(origin) || origin < window || origin > series.rows) {
    throw new TaskError(
      `origin: expected a row from ${window}, which the model looks back, to ${series.rows}, received ${origin}.`,
    )
  }
  const blank = targets.find((_, index) => !series.known[index].subarray(origin - window, origin).includes(1))
  if (blank !== undefined) {
    throw new TaskError(
      `${series.name}: expected numbers in the column ${blank} among the ${window} rows that the forecast is made from, received none. Bring newer data, or forecast from an earlier row (--from).`,
    )
  }
  const late = series.columns.find((_, index) => !series.known[index].subarray(0, origin).includes(1))
  if (late !== undefined) {
    throw new TaskError(
      `${series.name}: expected numbers in the column ${late} before row ${origin + 1}, received none. Forecast from a later row (--from).`,
    )
  }
  return forecastAt(model, series, preparation, origin)
}

/** The same for a row that is known to have what it takes. */
export async function forecastAt(
  model: Model,
  series: Series,
  preparation: ForecastPreparation,
  origin: number,
): Promise<Forecast[]> {
  const { horizon, targets, scalers, quantiles } = preparation
  const found = await forecastsAt(model, standardised(series, preparation), [origin])
  const { times, step, zone } = series
  const ahead =
    times && step ? Array.from({ length: horizon }, (_, h) => advance(times[origin - 1], step, h + 1)) : null
  return targets.map((target, index) => {
    const { mean, deviation } = scalers[index]
    const own = (values: Float32Array) =>
      Array.from(
        values.subarray(index * horizon, (index + 1) * horizon),
        (value) => value * (deviation || 1) + mean,
      )
    return {
      target,
      decimals: decimalsOf(deviation),
      times: ahead,
      labels: ahead
        ? ahead.map((time) => dateText(time, step, zone))
        : Array.from({ length: horizon }, (_, h) => String(origin + h + 1)),
      point: own(found.point),
      quantiles: quantiles.map((level, q) => ({ level, values: own(found.quantiles[q]) })),
    }
  })
}

/** As many as tell a hundred-thousandth of the deviation; of a constant six. */
const decimalsOf = (deviation: number): number =>
  deviation > 0 ? Math.min(100, Math.max(0, 5 - Math.floor(Math.log10(deviation)))) : 6
