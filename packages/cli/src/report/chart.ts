import type { ChartSection } from '@carousel/tasks'
import plot from 'simple-ascii-chart'
import type { Console } from './console.ts'
import { count } from './format.ts'
import { niceTicks, tickText } from './ticks.ts'

/** Each line has a mark of its own, so that it can be told from the others without colours too. */
const marks = ['●', '×', '+', '○'] as const
const colours = ['green', 'cyan', 'yellow', 'magenta'] as const
const widest = 90

/** Values over one axis of whole numbers, drawn in characters; where two meet, the earlier line is seen. */
export function chart(series: ChartSection['series'], { style, width }: Console): string {
  const marked = series.map(({ name, points }, index) => ({
    name,
    points: points.map(([x, y]): [number, number] => [x, y]),
    mark: style(colours[index % colours.length], marks[index % marks.length]),
  }))
  const all = marked.flatMap(({ points }) => points)
  const xs = all.map(([x]) => x)
  const yTicks = niceTicks(
    all.map(([, y]) => y),
    6,
  )
  const drawing = marked.toReversed()
  let line = -1
  const drawn = plot(
    drawing.map(({ points }) => points),
    {
      width: Math.max(20, Math.min(widest, width - 16)),
      height: 2 * yTicks.length - 1,
      yRange: [yTicks[0], yTicks[yTicks.length - 1]],
      customYAxisTicks: yTicks,
      customXAxisTicks: niceTicks(xs, 10).filter(
        (tick) => Number.isInteger(tick) && tick >= Math.min(...xs) && tick <= Math.max(...xs),
      ),
      formatter: (value, { axis }) => (axis === 'y' ? tickText(value, yTicks) : count(value)),
      symbols: { axis: { n: '│', e: '─' } },
      mode: 'point',
      lineFormatter: ({ index, plotX, plotY }) => {
        if (index === 0) line++
        return { x: plotX, y: plotY, symbol: drawing[line].mark }
      },
    },
  )
  const rows = drawn
    .split('\n')
    .map((row) => row.trimEnd())
    .filter((row) => row !== '')
  const margin = Math.min(...rows.map((row) => row.search(/\S/)))
  const legend = marked.map(({ name, mark }) => `${mark} ${name}`).join('   ')
  return [...rows.map((row) => row.slice(margin)), legend].map((row) => `  ${row}`).join('\n')
}
