import plot from 'simple-ascii-chart'
import type { Console } from './console.ts'

export interface Curve {
  epochs: readonly number[]
  /** Shares in 0..1: one for every epoch. */
  training: readonly number[]
  validation: readonly number[]
}

const widest = 60

/** Accuracy over epochs: a line for training, dots for validation, so that it can be read without colours too. */
export function learningCurve({ epochs, training, validation }: Curve, { colour, width }: Console): string {
  const line = epochs.map((epoch, index): [number, number] => [epoch, training[index] * 100])
  const dots = epochs.map((epoch, index) => ({ x: epoch, y: validation[index] * 100 }))
  const ticks = niceTicks([...training, ...validation].map((share) => share * 100))
  const chart = plot(line, {
    width: Math.max(20, Math.min(widest, width - 12)),
    height: 2 * ticks.length - 1,
    yRange: [ticks[0], ticks[ticks.length - 1]],
    customYAxisTicks: ticks,
    customXAxisTicks: someOf(epochs, 10),
    formatter: (value, { axis }) => (axis === 'y' ? `${value} %` : value),
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

/** Round numbers that enclose the values: 80, 85 … 100. */
function niceTicks(values: readonly number[]): number[] {
  const low = Math.min(...values)
  const high = Math.max(...values)
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10].find((size) => (high - low) / size <= 7) ?? 20
  const first = Math.floor(low / step)
  const last = Math.max(Math.ceil(high / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toFixed(1)))
}

/** At most `most` of the epochs, evenly spread, the last one among them. */
function someOf(epochs: readonly number[], most: number): number[] {
  const every = Math.ceil(epochs.length / most)
  return epochs.filter((_, index) => (epochs.length - 1 - index) % every === 0)
}
