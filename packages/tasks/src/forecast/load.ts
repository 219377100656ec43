import { TaskError } from '../errors.ts'
import type { DataFile } from '../files.ts'
import { notesOnLearned, type TaskData, type Trained } from '../job.ts'
import { count } from '../report/format.ts'
import { dateText, stepInWords } from './dates.ts'
import { type ForecastPreparation, preparationOf } from './preparation.ts'
import type { Roles } from './roles.ts'
import { readSeries, type Series, seriesInWords } from './series.ts'
import type { ForecastSettings } from './settings.ts'
import { type Cut, cutOf } from './split.ts'
import { originsIn } from './windows.ts'

/** A series, and the part of it that forecasts are measured on. */
export interface ForecastData extends TaskData {
  series: Series
  roles: Roles
  cut: Cut
  /** Rows that forecasts to be measured lie in. */
  tests: { from: number; to: number }
  /** Of which series the model learned, or learns, the training part: this one's, another's, or one that is not at hand. */
  learned: Series | null
}

/**
 * Reads a file to train on.
 *
 * @throws TaskError where there is not one file, and for all that `readSeries` and `cutOf` refuse
 */
export async function load(
  files: readonly DataFile[],
  name: string,
  settings: ForecastSettings,
): Promise<ForecastData> {
  const { series, roles } = await readSeries(onlyFile(files), settings)
  refuseCalendar(series, settings)
  const cut = cutOf(series, settings)
  const { validation, test, end } = cut.parts
  refuseUnknown(series, validation)
  const from = series.times ? `, the test from ${dateText(series.times[test], series.step)}` : ''
  return {
    series,
    roles,
    cut,
    tests: { from: test, to: end },
    learned: series,
    identity: {
      ...identityOf(series, name),
      trainSamples: originsIn(cut, 0, validation).slice(0, settings.limit ?? undefined).length,
      testSamples: originsIn(cut, test, end).length,
    },
    description: `${seriesInWords(series)}: ${count(validation)} to train on, ${count(test - validation)} to validate, ${count(end - test)} to test${from}`,
    notes: [
      ...series.notes,
      ...(end < series.rows
        ? [`The last ${count(series.rows - end)} rows are beyond the split, and not used.`]
        : []),
      ...constantNotes(series, validation),
    ],
  }
}

function refuseCalendar({ name, times }: Series, { calendar }: ForecastSettings): void {
  if (calendar.length === 0 || times) return
  throw new TaskError(
    `--calendar ${calendar.join(',')}: expected a series with dates, received ${name}, in which none were found. Name their column, --date, or leave the calendar out.`,
  )
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

const constantNotes = ({ columns, values }: Series, rows: number): string[] =>
  columns
    .filter((_, index) => values[index].subarray(0, rows).every((value) => value === values[index][0]))
    .map((name) => `${name} is constant in the training part.`)

/**
 * Reads another file as the model's own was, all of it to measure on.
 *
 * @throws TaskError where it is shorter than one forecast takes, or in other steps
 */
export async function loadNew(
  files: readonly DataFile[],
  name: string,
  { model, settings, learned }: Trained<ForecastSettings, ForecastData>,
): Promise<ForecastData> {
  const preparation = preparationOf(model)
  const { series, roles } = await seriesFor(files, preparation, settings)
  const { window, horizon } = preparation
  const origins = originsIn(preparation, 0, series.rows)
  if (origins.length === 0) throw tooShort(series, window + horizon)
  return {
    series,
    roles,
    cut: preparation,
    tests: { from: 0, to: series.rows },
    learned: learned?.series ?? null,
    identity: { ...identityOf(series, name), trainSamples: 0, testSamples: origins.length },
    description: `${seriesInWords(series)}, all to measure on`,
    notes: [...series.notes, ...notesOnLearned(learned)],
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
  { encoding, delimiter, decimal }: Pick<ForecastSettings, 'encoding' | 'delimiter' | 'decimal'>,
) {
  const read = await readSeries(onlyFile(files), {
    target: targets,
    inputs,
    date: date.length > 0 ? date : ['none'],
    dateFormat,
    encoding,
    delimiter,
    decimal,
  })
  if (JSON.stringify(read.series.step) !== JSON.stringify(step)) {
    const expected = step ? `one row every ${stepInWords(step)}` : 'rows without dates'
    throw new TaskError(
      `${read.series.name}: expected ${expected}, as the model was trained on, received ${seriesInWords(read.series)}.`,
    )
  }
  if (read.series.rows < window) throw tooShort(read.series, window)
  return read
}

const tooShort = ({ name, rows }: Series, least: number) =>
  new TaskError(
    `${name}: expected at least ${count(least)} rows, which the model looks at, received ${count(rows)}.`,
  )

function onlyFile(files: readonly DataFile[]): DataFile {
  if (files.length === 1) return files[0]
  throw new TaskError(
    `expected one file, with a row for each date and a column for each series, received ${files.length === 0 ? 'none' : `${files.length}: ${files[0].name}, …`}. Name the file itself.`,
  )
}

const identityOf = ({ sha256 }: Series, name: string) => ({ name, verified: false, sha256: [sha256] })
