import { train } from '../job.ts'
import { generator } from '../random.ts'
import { fileOf } from '../tables/testing.ts'
import { forecast } from './forecast.ts'
import { type ForecastData, load } from './load.ts'
import { readSeries, type SeriesOptions } from './series.ts'
import type { ForecastSettings } from './settings.ts'

const plain: SeriesOptions = {
  target: [],
  inputs: [],
  date: [],
  dateFormat: null,
  encoding: null,
  delimiter: null,
  decimal: '.',
}

/** A file of that content, read as a series; in pieces of `size` bytes. */
export const read = (
  content: string | Uint8Array,
  options: Partial<SeriesOptions> = {},
  { size = 1 << 16 } = {},
) => readSeries(fileOf(content, { size }), { ...plain, ...options })

/** A training that is done in a blink. */
const quick = {
  horizon: 3,
  window: 14,
  units: 4,
  epochs: 2,
  dropout: 0,
  learningRate: 0.003,
  seed: 1,
} as const
export const settingsWith = (given: Partial<ForecastSettings> = {}) =>
  forecast.settings({ ...quick, ...given })

export const dataOf = (content: string, settings = settingsWith()): Promise<ForecastData> =>
  load([fileOf(content)], 'x.csv', settings)

/** The date so many days after the first of 2024. */
export const dayOf = (row: number): string => new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10)

/** Columns by their names, a day a row. */
export function tableOf(columns: Readonly<Record<string, ArrayLike<number | string>>>): string {
  const names = Object.keys(columns)
  const rows = Array.from(
    columns[names[0]],
    (_, row) => `${dayOf(row)},${names.map((name) => columns[name][row]).join(',')}`,
  )
  return `${['day', ...names].join(',')}\n${rows.join('\n')}\n`
}

/** Numbers of mean 0 and deviation 1 that nothing foretells. */
export function noise(count: number, seed = 1): number[] {
  const random = generator(seed)
  return Array.from({ length: count }, () => Math.sqrt(12) * (random() - 0.5))
}

/** Weeks, a slow wave, and a little noise. */
export const weeks = (count: number): number[] =>
  noise(count).map(
    (value, day) => 50 + 10 * Math.sin((2 * Math.PI * day) / 7) + 5 * Math.sin(day / 40) + value,
  )

/** 400 days with a week in them. */
export const sales = tableOf({ sold: weeks(400) })

/** Trains on that, and measures. */
export async function trained(content: string | ForecastData, settings = settingsWith()) {
  const data = typeof content === 'string' ? await dataOf(content, settings) : content
  const job = await forecast.begin(data, settings)
  await train(job)
  return { data, job, model: job.model, outcome: await job.score() }
}
