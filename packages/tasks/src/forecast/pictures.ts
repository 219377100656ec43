import { drawPanels, type Panel } from '../pictures/lines.ts'
import type { Forecast } from './predict.ts'
import type { Series } from './series.ts'

/** More would be a wall. */
const MOST_PANELS = 8

/** Forecasts beside what came before, and what came where that is known; the widest interval as a band. */
export function pictureOf(forecasts: readonly Forecast[], series: Series, origin = series.rows): string {
  return drawPanels(forecasts.slice(0, MOST_PANELS).map((forecast) => panelOf(forecast, series, origin)))
}

function panelOf({ target, times, point, quantiles }: Forecast, series: Series, origin: number): Panel {
  const index = series.columns.indexOf(target)
  const [column, known] = [series.values[index], series.known[index]]
  const horizon = point.length
  const xOf = (row: number) => (row < series.rows ? series.times?.[row] : times?.[row - origin]) ?? row + 1
  const first = Math.max(0, origin - Math.max(48, 3 * horizon))
  // what is only filled in did not come
  const rows = Array.from({ length: Math.min(series.rows, origin + horizon) - first }, (_, at) => first + at)
  const truth = rows.filter((row) => known[row] === 1).map((row) => [xOf(row), column[row]] as const)
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]]
  const share = Number(((high.level - low.level) * 100).toFixed(2))
  return {
    title: target,
    axis: times ? 'date' : 'row',
    lines: [
      { name: origin < series.rows ? 'what came' : 'so far', points: truth },
      { name: 'forecast', points: point.map((value, h) => [xOf(origin + h), value] as const) },
    ],
    ...(quantiles.length > 1 && {
      band: {
        name: `${share} % interval`,
        points: low.values.map((value, h) => [xOf(origin + h), value, high.values[h]] as const),
      },
    }),
  }
}

/** The mean squared error by step ahead, of a model and of what it has to beat. */
export const errorPicture = (
  series: readonly { name: string; points: readonly (readonly [number, number])[] }[],
): string =>
  drawPanels([
    {
      title: 'Mean squared error by step ahead, on standardised values',
      axis: 'steps ahead',
      lines: series,
    },
  ])
