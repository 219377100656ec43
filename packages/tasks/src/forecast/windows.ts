import { type Float32Tensor, math } from '@carousel/core'
import { type ForecastPreparation, standardise } from './preparation.ts'
import type { Series } from './series.ts'
import type { Cut } from './split.ts'

/** A series on its training part's scale, of which windows are cut. */
export interface Standardised {
  preparation: ForecastPreparation
  /** Targets, then inputs: by column, [rows]. */
  columns: readonly Float32Array[]
  /** What of the dates is read: by feature, [rows]. */
  calendar: readonly Float32Array[]
  /** By target, 1 where there is a number. */
  known: readonly Uint8Array[]
}

export function standardised(series: Series, preparation: ForecastPreparation): Standardised {
  return {
    preparation,
    columns: series.values.map((column, index) => standardise(column, preparation.scalers[index])),
    calendar: preparation.calendar.flatMap((name) => turns(series, name)),
    known: series.known.slice(0, preparation.targets.length),
  }
}

/** A place in the day, week or year, as a point on a circle: its sine and cosine. */
function turns({ times, rows }: Series, name: ForecastPreparation['calendar'][number]): Float32Array[] {
  const turn = (row: number): number => {
    const date = new Date(times?.[row] ?? 0)
    if (name === 'hour') return (date.getUTCHours() + date.getUTCMinutes() / 60) / 24
    return name === 'weekday' ? date.getUTCDay() / 7 : date.getUTCMonth() / 12
  }
  return [math.sin, math.cos].map((circle) =>
    Float32Array.from({ length: rows }, (_, row) => circle(2 * Math.PI * turn(row))),
  )
}

/** Numbers that one time step of the series has for the recurrent layer. */
export const featuresOf = ({ targets, inputs, calendar }: ForecastPreparation): number =>
  targets.length + inputs.length + 2 * calendar.length

/**
 * Windows whose forecasts begin at these rows, as the model takes them: of each target its history [B, window], and then
 * the steps of all columns [B, window / patch, patch · features]. The last value of each target is taken away from it, so that its level may
 * wander; inputs keep theirs, for it may be what they tell: a price, a holiday.
 */
export function inputsAt(
  { preparation, columns, calendar }: Standardised,
  origins: ArrayLike<number>,
): Float32Tensor[] {
  const { window, patch, targets } = preparation
  const rows = origins.length
  const features = columns.length + calendar.length
  const steps = new Float32Array(rows * window * features)
  const histories = targets.map(() => new Float32Array(rows * window))
  for (let n = 0; n < rows; n++) {
    const first = origins[n] - window
    for (let f = 0; f < features; f++) {
      const column = columns[f] ?? calendar[f - columns.length]
      const base = f < targets.length ? column[first + window - 1] : 0
      for (let t = 0, at = n * window * features + f; t < window; t++, at += features) {
        steps[at] = column[first + t] - base
      }
      if (f >= targets.length) continue
      const history = histories[f]
      for (let t = 0; t < window; t++) history[n * window + t] = column[first + t] - base
    }
  }
  return [
    ...histories.map((data) => ({ shape: [rows, window], data })),
    { shape: [rows, window / patch, patch * features], data: steps },
  ]
}

/** What came, less the last value of the window: [B, targets · horizon]. */
export function labelsAt({ preparation, columns }: Standardised, origins: ArrayLike<number>): Float32Array {
  const { horizon, targets } = preparation
  const labels = new Float32Array(origins.length * targets.length * horizon)
  for (let n = 0, at = 0; n < origins.length; n++) {
    for (let c = 0; c < targets.length; c++) {
      const base = columns[c][origins[n] - 1]
      for (let h = 0; h < horizon; h++) labels[at++] = columns[c][origins[n] + h] - base
    }
  }
  return labels
}

/** Rows at which a forecast begins that lies within `from` to `to`, and that a whole window goes before. */
export function originsIn(
  { window, horizon }: Pick<Cut, 'window' | 'horizon'>,
  from: number,
  to: number,
): number[] {
  const first = Math.max(from, window)
  return Array.from({ length: Math.max(0, to - horizon - first + 1) }, (_, index) => first + index)
}

/** Whether the forecast from that row is made from any number, and has any to be held against. */
export function hasTruth({ preparation, known }: Standardised, origin: number): boolean {
  const { window, horizon } = preparation
  const holds = (from: number, to: number) => known.some((column) => column.subarray(from, to).includes(1))
  return holds(origin - window, origin) && holds(origin, origin + horizon)
}

/** Those whose forecast has more numbers that are known than such as only go on. */
export function mostlyKnown({ preparation, known }: Standardised, origins: readonly number[]): number[] {
  const { horizon } = preparation
  const whole = known.every((column) => column.every((one) => one === 1))
  if (whole) return [...origins]
  return origins.filter((origin) => {
    let sum = 0
    for (const column of known) for (let h = 0; h < horizon; h++) sum += column[origin + h]
    return sum * 2 > horizon * known.length
  })
}
