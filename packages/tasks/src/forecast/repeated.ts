import type { ForecastData } from './load.ts'
import type { ForecastPreparation } from './preparation.ts'
import type { Series } from './series.ts'

/**
 * How many rows to be measured stand among those that the model learned from, or that watched it learn: of the same date,
 * or where there are none of the same place, and with the same numbers.
 */
export function repeatedRows(
  { series, learned, tests }: Pick<ForecastData, 'series' | 'learned' | 'tests'>,
  { parts }: Pick<ForecastPreparation, 'parts'>,
): number {
  if (learned === null || learned === series) return 0
  const placeOf = places(learned, parts.test)
  let count = 0
  for (let row = tests.from; row < tests.to; row++) {
    const place = placeOf(series, row)
    if (place !== undefined && isSame(series, row, learned, place)) count++
  }
  return count
}

/** Finds the row of a series, below `rows`, that another series' row would be. */
function places({ times }: Series, rows: number): (other: Series, row: number) => number | undefined {
  if (!times) return (_, row) => (row < rows ? row : undefined)
  const byTime = new Map(Array.from(times.subarray(0, rows), (time, row) => [time, row]))
  return (other, row) => (other.times ? byTime.get(other.times[row]) : undefined)
}

/** Whether two rows have the same numbers, and at least one. */
const isSame = (one: Series, row: number, other: Series, place: number): boolean =>
  one.known.some((column) => column[row] === 1) &&
  one.values.every((column, index) => column[row] === other.values[index][place])
