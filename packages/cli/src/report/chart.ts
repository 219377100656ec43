import type { ChartSection } from '@carousel/tasks'
import plot from 'simple-ascii-chart'
import type { Console } from './console.ts'

const colours = ['ansiGreen', 'ansiCyan', 'ansiYellow', 'ansiMagenta'] as const
const widest = 90

/** Lines over one axis, drawn in characters. */
export function chart(series: ChartSection['series'], { colour, width }: Console): string {
  const drawn = plot(
    series.map(({ points }) => points.map(([x, y]): [number, number] => [x, y])),
    {
      width: Math.max(20, Math.min(widest, width - 16)),
      height: 12,
      legend: { position: 'bottom', series: series.map(({ name }) => name) },
      ...(colour && { color: series.map((_, index) => colours[index % colours.length]) }),
    },
  )
  return drawn
    .split('\n')
    .map((row) => `  ${row.trimEnd()}`)
    .filter((row) => row.trim() !== '')
    .join('\n')
}
