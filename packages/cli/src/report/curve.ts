import plot from 'simple-ascii-chart'
import type { Console } from './console.ts'
import { niceTicks } from './ticks.ts'

export interface Curve {
  epochs: readonly number[]
  /** One for every epoch; shares in 0..1 where they are shown as percentages. */
  training: readonly number[]
  validation: readonly number[]
  format: 'percent' | 'decimal'
}

const widest = 60

/** A figure over epochs: a line for training, dots for validation, so that it can be read without colours too. */
export function learningCurve(
  { epochs, training, validation, format }: Curve,
  { colour, width }: Console,
): string {
  const scale = format === 'percent' ? 100 : 1
  const line = epochs.map((epoch, index): [number, number] => [epoch, training[index] * scale])
  const dots = epochs
    .map((epoch, index) => ({ x: epoch, y: validation[index] * scale }))
    .filter(({ y }) => Number.isFinite(y))
  const ticks = niceTicks([...line.map(([, y]) => y), ...dots.map(({ y }) => y)], 7)
  const chart = plot(line, {
    width: Math.max(20, Math.min(widest, width - 12)),
    height: 2 * ticks.length - 1,
    yRange: [ticks[0], ticks[ticks.length - 1]],
    customYAxisTicks: ticks,
    customXAxisTicks: someOf(epochs, 10),
    formatter: (value, { axis }) => (axis === 'y' && format === 'percent' ? `${value} %` : value),
    points: colour ? dots.map((dot) => ({ ...dot, color: 'ansiCyan' as const })) : dots,
    ...(colour && { color: 'ansiGreen' as const }),
    symbols: { point: '●', axis: { n: '│', e: '─' } },
  })
  const rows = chart
    .split('\n')
    .map((row) => row.trimEnd())
    .filter((row) => row !== '')
  const margin = Math.min(...rows.map((row) => row.search(/\S/)))
  return rows.map((row) => `  ${row.slice(margin)}`).join('\n')
}

/** At most `most` of the epochs, evenly spread, the last one among them. */
function someOf(epochs: readonly number[], most: number): number[] {
  const every = Math.ceil(epochs.length / most)
  return epochs.filter((_, index) => (epochs.length - 1 - index) % every === 0)
}
