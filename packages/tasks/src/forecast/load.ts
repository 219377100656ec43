import type { Model } from '@carousel/core'
import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import type { TaskData, Trained } from '../job.ts'
import { count } from '../report/format.ts'
import { dateText } from './dates.ts'
import { type ForecastPreparation, isPreparation, prepare } from './preparation.ts'
import { type Roles, readSeries, type Series, seriesInWords } from './series.ts'
import type { ForecastSettings } from './settings.ts'
import { originsIn } from './windows.ts'

/** A series, and the part of it that forecasts are measured on. */
export interface ForecastData extends TaskData {
  series: Series
  roles: Roles
  /** Rows that forecasts to be measured lie in. */
  tests: { from: number; to: number }
  /** Whether the series' training part is what the model learned, or learns, from. */
  isTrainedOn: boolean
}

/**
 * Reads a file to train on.
 *
 * @throws TaskError where there is not one file, and for all that `readSeries` and `split` refuse
 */
export async function load(
  files: readonly DataFile[],
  name: string,
  settings: ForecastSettings,
): Promise<ForecastData> {
  const { series, roles } = await readSeries(onlyFile(files), settings)
  const preparation = prepare(series, roles, settings)
  const { parts } = preparation
  const { validation, test, end } = parts
  const until = series.times ? `, the test from ${dateText(series.times[test], series.step)}` : ''
  return {
    series,
    roles,
    tests: { from: test, to: end },
    isTrainedOn: true,
    identity: {
      ...identityOf(series, name),
      trainSamples: originsIn(preparation, 0, validation).length,
      testSamples: originsIn(preparation, test, end).length,
    },
    description: `${seriesInWords(series)}: ${count(validation)} to train on, ${count(test - validation)} to validate, ${count(end - test)} to test${until}`,
    notes: [
      ...series.notes,
      ...(end < series.rows
        ? [`The last ${count(series.rows - end)} rows are beyond the split, and not used.`]
        : []),
      ...constantNotes(preparation),
    ],
  }
}

/** Reads another file as the model's own was, all of it to measure on. */
export async function loadNew(
  files: readonly DataFile[],
  name: string,
  { model, settings }: Trained<ForecastSettings, ForecastData>,
): Promise<ForecastData> {
  const preparation = preparationOf(model)
  const { series, roles } = await seriesFor(files, preparation, settings)
  const origins = originsIn(preparation, 0, series.rows)
  if (origins.length === 0) throw tooShort(series, preparation.window + preparation.horizon)
  return {
    series,
    roles,
    tests: { from: 0, to: series.rows },
    isTrainedOn: false,
    identity: { ...identityOf(series, name), trainSamples: origins.length, testSamples: origins.length },
    description: `${seriesInWords(series)}, all to measure on`,
    notes: series.notes,
  }
}

/**
 * Reads a series for a model to go on with.
 *
 * @throws TaskError where it is shorter than the model's window, or in other steps
 */
export async function seriesFor(
  files: readonly DataFile[],
  { targets, inputs, date, dateFormat, step, window }: ForecastPreparation,
  { encoding, delimiter }: Pick<ForecastSettings, 'encoding' | 'delimiter'>,
) {
  const read = await readSeries(onlyFile(files), {
    target: targets,
    inputs,
    date: date.length > 0 ? date : ['none'],
    dateFormat,
    encoding,
    delimiter,
  })
  if (JSON.stringify(read.series.step) !== JSON.stringify(step)) {
    throw new TaskError(
      `${read.series.name}: expected ${seriesInWords({ rows: 2, step }).slice('2 rows, '.length)}, as the model was trained on, received ${seriesInWords(read.series)}.`,
    )
  }
  if (read.series.rows < window) throw tooShort(read.series, window)
  return read
}

const tooShort = ({ name, rows }: Series, least: number) =>
  new TaskError(
    `${name}: expected at least ${count(least)} rows, which the model looks at, received ${count(rows)}.`,
  )

/** @throws TaskError for a model of another task */
export function preparationOf({ preparation }: Model): ForecastPreparation {
  if (isPreparation(preparation)) return preparation
  throw new TaskError(
    "expected a model made by 'carousel train forecast', received one whose file does not say how to forecast.",
  )
}

function onlyFile(files: readonly DataFile[]): DataFile {
  if (files.length === 1) return files[0]
  throw new TaskError(
    `expected one file, with a row for each date and a column for each series, received ${files.length === 0 ? 'none' : `${files.length}: ${files[0].name}, …`}. Name the file itself.`,
  )
}

const identityOf = ({ sha256 }: Series, name: string) => ({ name, verified: false, sha256: [sha256] })

const constantNotes = ({ targets, inputs, scalers }: ForecastPreparation): string[] =>
  [...targets, ...inputs]
    .filter((_, index) => scalers[index].deviation === 0)
    .map((name) => `${name} is constant in the training part.`)
