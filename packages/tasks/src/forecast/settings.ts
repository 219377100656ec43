import { areTexts, isCount, isText, orNull } from '../checks.ts'
import { isEncoding } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import { complete, type Defaults, type Settings } from '../settings.ts'
import { refuseFormat } from './date-format.ts'

export const calendarNames = ['hour', 'weekday', 'month'] as const
export type CalendarName = (typeof calendarNames)[number]

/** What decides a forecast's training, data apart. */
export type ForecastSettings = Settings & {
  /** Columns to forecast; empty: the only one with numbers. */
  target: readonly string[]
  /** Further columns that the network reads; 'all' for every one with numbers. */
  inputs: readonly string[]
  /** Column of the dates, or those of year, month, day, hour; empty: looked for. 'none': rows are evenly spaced. */
  date: readonly string[]
  /** As d3-time-format writes it, '%d.%m.%Y %H:%M'; null: ISO 8601. */
  dateFormat: string | null
  /** Steps ahead, all forecast at once. */
  horizon: number
  /** Steps back that a forecast is made from; null: by season and length of the data. */
  window: number | null
  /** Steps that go by together as one time step of the recurrent layer; null: by the window. */
  patch: number | null
  /** Steps after which the series is thought to repeat itself; null: by the dates. */
  season: number | null
  /** What of a date the network reads. */
  calendar: readonly CalendarName[]
  /** Levels of the quantiles, in order. */
  quantiles: readonly number[]
  /** Rows, or shares of the rows, to train on, validate and test; 'informer': 12, 4 and 4 months of 30 days. */
  split: readonly number[] | 'informer'
  encoding: string | null
  delimiter: string | null
  /** What stands before decimals; with a comma, points between thousands are passed over. */
  decimal: '.' | ','
}

const defaults: Defaults<ForecastSettings> = {
  cell: 'lstm',
  units: 32,
  dropout: 0.3,
  optimizer: 'adamw',
  learningRate: { sgd: 0.01, rmsprop: 0.0005, adam: 0.0005, adamw: 0.0005 },
  batchSize: 64,
  epochs: 12,
  target: [],
  inputs: [],
  date: [],
  dateFormat: null,
  horizon: 24,
  window: null,
  patch: null,
  season: null,
  calendar: [],
  quantiles: [0.1, 0.9],
  split: [0.7, 0.1, 0.2],
  encoding: null,
  delimiter: null,
  decimal: '.',
}

/**
 * Whole settings of those that are given.
 *
 * @throws TaskError that names one which there is not, which has no such value, or which would mean nothing
 */
export function settingsOf(given: Partial<ForecastSettings>): ForecastSettings {
  const settings = complete(defaults, given, areOwn)
  const { date, dateFormat } = settings
  if (dateFormat !== null) refuseFormat(dateFormat)
  if (dateFormat !== null && (date.length > 1 || date[0] === 'none')) {
    throw new TaskError(
      `dateFormat: expected with one column of dates, received with --date ${date.join(',')}. Leave out --date-format.`,
    )
  }
  return settings
}

/** What may stand between fields: no mark that means something else. */
export const isDelimiter = (value: unknown): value is string =>
  isText(value) && value !== '' && !/["\r\n]/.test(value)

const checks: Readonly<Record<string, (value: unknown) => boolean>> = {
  target: areTexts,
  inputs: areTexts,
  date: (value) => areTexts(value) && value.length <= 6 && (value.length < 2 || !value.includes('none')),
  dateFormat: orNull(isText),
  horizon: isCount,
  window: orNull(isCount),
  patch: orNull(isCount),
  season: orNull(isCount),
  calendar: (value) =>
    areTexts(value) &&
    new Set(value).size === value.length &&
    value.every((name) => (calendarNames as readonly string[]).includes(name)),
  quantiles: areLevels,
  split: (value) => value === 'informer' || isSplit(value),
  encoding: (value) => value === null || (isText(value) && isEncoding(value)),
  decimal: (value) => value === '.' || value === ',',
  delimiter: orNull(isDelimiter),
}

/** Whether a file's words are a forecast's own settings. */
export const areOwn = (options: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(checks).every(([name, holds]) => holds(options[name]))

/** Levels between 0 and 1, each once, in order. */
export function areLevels(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((level, index) => level > (value[index - 1] ?? 0) && level < 1)
  )
}

/** Three counts of rows, or three shares that are 1 together. */
export function isSplit(value: unknown): value is readonly number[] {
  if (!Array.isArray(value) || value.length !== 3 || !value.every((part) => part > 0)) return false
  const sum = value[0] + value[1] + value[2]
  return value.every(Number.isInteger) || Math.abs(sum - 1) < 1e-9
}
