import type { Model } from '@carousel/core'
import { areTexts, isCount, isNumber, isRecord } from '../checks.ts'
import { listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { dateText, type Step, stepInWords } from './dates.ts'
import type { ForecastData } from './load.ts'
import type { Series } from './series.ts'
import { areLevels, type CalendarName, calendarNames, type ForecastSettings } from './settings.ts'
import type { Cut } from './split.ts'

/** Mean and standard deviation of a column's training part. */
export type Scaler = { mean: number; deviation: number }

/** All that was done to a forecast's input, kept as JSON in the model's file. */
export type ForecastPreparation = Cut & {
  kind: 'forecast'
  targets: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
  dateFormat: string | null
  step: Step | null
  /** Of targets, then inputs. */
  scalers: readonly Scaler[]
  /** Of each target: the mean size of a seasonal naive forecast's error within the training part; 0 where there is none. */
  errors: readonly number[]
  calendar: readonly CalendarName[]
  quantiles: readonly number[]
  /** First and last date of the training part. */
  trainedOn: readonly string[]
}

/** Decided by the settings, the dates and the training part of the series: nothing after it is looked at. */
export function preparationFor(
  { series, roles, cut }: Pick<ForecastData, 'series' | 'roles' | 'cut'>,
  { dateFormat, calendar, quantiles }: Pick<ForecastSettings, 'dateFormat' | 'calendar' | 'quantiles'>,
): ForecastPreparation {
  const { times, step } = series
  const rows = cut.parts.validation
  const scalers = series.values.map((column) => scalerOf(column.subarray(0, rows)))
  return {
    kind: 'forecast',
    ...roles,
    ...cut,
    dateFormat,
    step,
    scalers,
    errors: roles.targets.map((_, index) => seasonalError(series, index, cut, scalers[index])),
    calendar,
    quantiles,
    trainedOn: times ? [dateText(times[0], step), dateText(times[rows - 1], step)] : [],
  }
}

function scalerOf(column: Float64Array): Scaler {
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length
  const deviation = Math.sqrt(variance)
  // A constant stays what it is, at zero.
  return { mean, deviation: deviation > 1e-9 * Math.abs(mean) ? deviation : 0 }
}

/** The mean size of the differences between numbers a season apart; those that are only filled in are none. */
function seasonalError(
  { values, known }: Series,
  index: number,
  { season, parts }: Cut,
  { mean, deviation }: Scaler,
): number {
  let [sum, count] = [0, 0]
  for (let row = season; row < parts.validation; row++) {
    if (known[index][row] === 0 || known[index][row - season] === 0) continue
    sum += Math.abs(values[index][row] - values[index][row - season])
    count++
  }
  const error = count > 0 ? sum / count : 0
  // what is no more than rounding is no error to hold others against
  return error > 1e-9 * (Math.abs(mean) + deviation) ? error : 0
}

/** A column on its training part's scale. */
export function standardise(column: Float64Array, { mean, deviation }: Scaler): Float32Array {
  return Float32Array.from(column, (value) => (value - mean) / (deviation || 1))
}

/**
 * What was done to this model's input.
 *
 * @throws TaskError for a model of another task
 */
export function preparationOf({ preparation }: Pick<Model, 'preparation'>): ForecastPreparation {
  if (isForecastPreparation(preparation)) return preparation
  throw new TaskError(
    "expected a model made by 'carousel train forecast', received one whose file does not say how to forecast.",
  )
}

/** Whether a file's words are such a preparation: a file may hold anything. */
export function isForecastPreparation(value: unknown): value is ForecastPreparation {
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
export function preparationInWords(preparation: ForecastPreparation): string[] {
  const { targets, inputs, window, horizon, patch, step, parts, calendar, quantiles, scalers } = preparation
  const unit = step ? stepInWords(step) : 'row'
  const [first, last] = preparation.trainedOn
  const period = first ? `, ${first} to ${last}` : ''
  return [
    `Forecasts ${listed(targets)} for ${horizon} steps ahead (one every ${unit}), from the ${window} before.`,
    ...(inputs.length > 0 ? [`Reads ${listed(inputs)} too.`] : []),
    ...(calendar.length > 0 ? [`Reads of the dates: ${calendar.join(', ')}.`] : []),
    `Each value is standardised by mean and deviation of the training part, the first ${parts.validation} rows${period}:`,
    ...[...targets, ...inputs].map(
      (name, index) =>
        `  ${name}: mean ${short(scalers[index].mean)}, deviation ${short(scalers[index].deviation)}`,
    ),
    'From each window of a target its last value is taken away, and given back to the forecast.',
    `The recurrent layer reads ${window / patch} steps of ${patch} values of each column; it corrects a linear forecast.`,
    'A missing value goes on as the one before it.',
    `Quantiles: ${quantiles.join(', ')}.`,
    `Split by time: rows 1 to ${parts.validation} to train on, to ${parts.test} to validate, to ${parts.end} to test.`,
  ]
}

const short = (value: number): string => String(Number(value.toPrecision(5)))
