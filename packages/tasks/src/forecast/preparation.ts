import { areTexts, isCount, isNumber, isRecord } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { count } from '../report/format.ts'
import { dateText, type Step, seasonOf, stepInWords } from './dates.ts'
import type { Roles, Series } from './series.ts'
import { areLevels, type CalendarName, calendarNames, type ForecastSettings } from './settings.ts'
import { type Parts, split } from './split.ts'

/** Mean and standard deviation of a column's training part. */
export type Scaler = { mean: number; deviation: number }

/** All that was done to a forecast's input, kept as JSON in the model's file. */
export type ForecastPreparation = {
  kind: 'forecast'
  targets: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
  dateFormat: string | null
  step: Step | null
  /** Of targets, then inputs. */
  scalers: readonly Scaler[]
  /** Of each target: the mean size of a seasonal naive forecast's error within the training part; 0 where constant. */
  errors: readonly number[]
  window: number
  patch: number
  horizon: number
  season: number
  calendar: readonly CalendarName[]
  quantiles: readonly number[]
  parts: Parts
  /** First and last date of the training part. */
  trainedOn: readonly string[]
}

/** Decided by the settings, the dates and the training part of the series: nothing after it is looked at. */
export function prepare(series: Series, roles: Roles, settings: ForecastSettings): ForecastPreparation {
  const { horizon, calendar, quantiles } = settings
  const season = settings.season ?? seasonOf(series.step)
  const { window, patch } = windowOf(series.rows, season, settings)
  const parts = split(series.name, series.rows, settings.split, series.step, window, horizon)
  const { times, step } = series
  refuseUnknown(series, parts.validation)
  if (calendar.length > 0 && !times) {
    throw new TaskError(
      `--calendar ${calendar.join(',')}: expected a series with dates, received ${series.name}, in which none were found. Name their column, --date, or leave the calendar out.`,
    )
  }
  return {
    kind: 'forecast',
    ...roles,
    dateFormat: settings.dateFormat,
    step,
    scalers: series.values.map((column) => scalerOf(column.subarray(0, parts.validation))),
    errors: roles.targets.map((_, index) =>
      seasonalError(series.values[index].subarray(0, parts.validation), season),
    ),
    window,
    patch,
    horizon,
    season,
    calendar,
    quantiles,
    parts,
    trainedOn: times ? [dateText(times[0], step), dateText(times[parts.validation - 1], step)] : [],
  }
}

/** A column whose first number comes later would be filled, before it, with what only the later parts know. */
function refuseUnknown({ name, columns, known }: Series, rows: number): void {
  const unknown = columns.find((_, index) => !known[index].subarray(0, rows).includes(1))
  if (unknown === undefined) return
  throw new TaskError(
    `${name}: expected numbers in the column ${unknown} among the first ${count(rows)} rows, which are trained on, received none. ` +
      'Leave the column out, or the rows before its first number.',
  )
}

/** Two weeks of hours, a few seasons of anything else, and never more than a quarter of the data; whole patches. */
function windowOf(rows: number, season: number, settings: ForecastSettings) {
  const few = season > 1 ? Math.max(2 * season, Math.min(14 * season, 336)) : 48
  const most = Math.max(2, Math.floor(rows / 4))
  const wanted = settings.window ?? Math.min(few, most)
  const patch = settings.patch ?? (wanted >= 96 ? (season >= 6 && season <= 48 ? season : 12) : 1)
  const window = settings.window ?? Math.max(patch, Math.floor(wanted / patch) * patch)
  return { window, patch: window % patch === 0 ? patch : 1 }
}

function scalerOf(column: Float64Array): Scaler {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length
  const deviation = Math.sqrt(variance)
  // A constant stays what it is, at zero.
  return { mean, deviation: deviation > 1e-9 * Math.abs(mean) ? deviation : 0 }
}

function seasonalError(column: Float64Array, season: number): number {
  let sum = 0
  for (let row = season; row < column.length; row++) sum += Math.abs(column[row] - column[row - season])
  return sum / Math.max(1, column.length - season)
}

/** A column on its training part's scale. */
export function standardise(column: Float64Array, { mean, deviation }: Scaler): Float32Array {
  return Float32Array.from(column, (value) => (value - mean) / (deviation || 1))
}

/** Whether this is a forecast's preparation: a file may hold anything. */
export function isPreparation(value: unknown): value is ForecastPreparation {
  if (!isRecord(value)) return false
  const { targets, inputs, date, dateFormat, step, scalers, errors, parts, calendar, trainedOn } = value
  return (
    value.kind === 'forecast' &&
    [targets, inputs, date, trainedOn, calendar].every(areTexts) &&
    Array.isArray(targets) &&
    targets.length > 0 &&
    (dateFormat === null || typeof dateFormat === 'string') &&
    (step === null || isStep(step)) &&
    Array.isArray(scalers) &&
    scalers.length === targets.length + (inputs as string[]).length &&
    scalers.every((scaler) => isNumber(scaler?.mean) && isNumber(scaler?.deviation, 0)) &&
    Array.isArray(errors) &&
    errors.length === targets.length &&
    errors.every((error) => isNumber(error, 0)) &&
    [value.window, value.patch, value.horizon, value.season].every(isCount) &&
    Number(value.window) % Number(value.patch) === 0 &&
    (calendar as string[]).every((name) => (calendarNames as readonly string[]).includes(name)) &&
    areLevels(value.quantiles) &&
    isRecord(parts) &&
    [parts.validation, parts.test, parts.end].every(isCount)
  )
}

const isStep = (value: unknown): boolean =>
  isRecord(value) && (isNumber(value.ms, Number.MIN_VALUE) || isCount(value.months))

/** The preparation in plain words. */
export function wordsOf(preparation: ForecastPreparation): string[] {
  const { targets, inputs, window, horizon, patch, step, parts, calendar, quantiles, scalers } = preparation
  const unit = step ? stepInWords(step) : 'row'
  const [first, last] = preparation.trainedOn
  const period = first ? `, ${first} to ${last}` : ''
  return [
    `Forecasts ${targets.join(', ')} for ${horizon} steps ahead (one every ${unit}), from the ${window} before.`,
    ...(inputs.length > 0 ? [`Reads ${inputs.join(', ')} too.`] : []),
    ...(calendar.length > 0 ? [`Reads of the dates: ${calendar.join(', ')}.`] : []),
    `Each value is standardised by mean and deviation of the training part, the first ${parts.validation} rows${period}:`,
    ...[...targets, ...inputs].map(
      (name, index) =>
        `  ${name}: mean ${short(scalers[index].mean)}, deviation ${short(scalers[index].deviation)}`,
    ),
    'From each window its last value is taken away, and given back to the forecast.',
    `The recurrent layer reads ${window / patch} steps of ${patch} values of each column; it corrects a linear forecast.`,
    'A missing value goes on as the one before it.',
    `Quantiles: ${quantiles.join(', ')}.`,
    `Split by time: rows 1 to ${parts.validation} to train on, to ${parts.test} to validate, to ${parts.end} to test.`,
  ]
}

const short = (value: number): string => String(Number(value.toPrecision(5)))
