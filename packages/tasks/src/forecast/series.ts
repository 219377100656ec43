import { TaskError } from '../errors.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { several } from '../report/format.ts'
import { openTable, placeOf, type Table } from '../tables/index.ts'
import { offsetOf, ofParts, type ReadDate, readByFormat, readIso, type Step, stepInWords } from './dates.ts'
import { inStep } from './gaps.ts'
import { Numbers } from './numbers.ts'

/** Columns of numbers, at even steps of time. */
export interface Series {
  /** Of the file. */
  name: string
  sha256: string
  /** Of each row, in milliseconds since 1970 as if its clock were at UTC; null where the file has none. */
  times: Float64Array | null
  step: Step | null
  columns: readonly string[]
  /** By column: what is missing goes on as it was before; before the first number, as that. */
  values: readonly Float64Array[]
  /** By column, 1 where the file has a number. */
  known: readonly Uint8Array[]
  rows: number
  /** What was found on the way. */
  notes: readonly string[]
}

/** What a series is read by. */
export interface SeriesOptions {
  target: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
  dateFormat: string | null
  encoding: string | null
  delimiter: string | null
  decimal: '.' | ','
}

/** The columns a forecast is about, and where they stand. */
export interface Roles {
  targets: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
}

/** Rows as the file has them. */
export interface Raw {
  name: string
  lines: Int32Array
  /** As the clock showed. */
  times: Float64Array | null
  /** By how many milliseconds that clock went before UTC, where dates say so. */
  offsets: Float64Array | null
  columns: readonly string[]
  values: readonly Float64Array[]
}

/**
 * Reads a file's targets, inputs and dates, and nothing else of it.
 *
 * @throws TaskError for what is no number or date, with its line, and for dates that do not lie in step
 */
export async function readSeries(
  file: DataFile,
  options: SeriesOptions,
): Promise<{ series: Series; roles: Roles }> {
  const table = await openTable(file, {
    ...(options.encoding !== null && { encoding: options.encoding }),
    ...(options.delimiter !== null && { delimiter: options.delimiter }),
  })
  const { roles, notes } = await rolesOf(table, options)
  const raw = await readColumns(table, roles, options)
  if (raw.lines.length === 0) {
    throw new TaskError(`${file.name}: expected rows below the head, received none.`)
  }
  const series = inStep(raw)
  return {
    series: { ...series, sha256: await checksumOf([file]), notes: [...notes, ...series.notes] },
    roles,
  }
}

/** Makes a number of a text, NaN where it is none. */
type ReadNumber = (text: string) => number

/** Decimal numbers alone: 0x10 is none to people. Of most texts a look at their first two characters is enough. */
const readPoint: ReadNumber = (text) => {
  const isPlain = text.charCodeAt(0) > 32 && !(text.charCodeAt(1) > 57)
  return isPlain || !/^\s*0[box]/i.test(text) ? Number(text) : Number.NaN
}

/** 1.105,8 and 1105,8; a point that parts no thousands is none of such a number. */
const readComma: ReadNumber = (text) =>
  /^\s*[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?(e[+-]?\d+)?\s*$/i.test(text)
    ? Number(text.replaceAll('.', '').replace(',', '.'))
    : Number.NaN

const readerOf = (decimal: SeriesOptions['decimal']): ReadNumber => (decimal === ',' ? readComma : readPoint)

const missing = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-'])
const isMissing = (text: string): boolean => missing.has(text.trim().toLowerCase())

/** Which column is what, as told or guessed by the first rows. */
async function rolesOf(table: Table, { target, inputs, date, dateFormat, decimal }: SeriesOptions) {
  const number = readerOf(decimal)
  const first = await firstRows(table)
  const notes: string[] = []
  const read = dateFormat === null ? readIso : readByFormat(dateFormat)
  refuseHeadless(table, read)
  const dates = date.length === 0 ? guessDate(table, first, read) : date.filter((name) => name !== 'none')
  if (date.length === 0 && dates.length === 0 && dateFormat !== null) {
    throw new TaskError(
      `${table.name}: expected a column of dates written as --date-format '${dateFormat}' says, received ${table.columns.join(', ')}, none of them. Correct the format, or name the column, --date, to be told the first date that differs.`,
    )
  }
  if (date.length === 0) {
    notes.push(
      dates.length > 0
        ? `Dates are taken from the column ${dates[0]}.`
        : `No column of dates was found: rows are taken to be evenly spaced. If there is one, name it, and how its dates are written: ${dateHint(table, first)}`,
    )
  }
  for (const name of [...dates, ...target, ...inputs.filter((name) => name !== 'all')]) placeOf(table, name)
  const numeric = table.columns.filter(
    (name, place) =>
      !dates.includes(name) &&
      isNumeric(
        first.map((fields) => fields[place]),
        number,
      ),
  )
  const targets =
    target.length > 0 ? target : onlyOne(table, numeric, () => whyNone(table, first, dates, number))
  if (target.length === 0) notes.push(`The column to forecast is ${targets[0]}.`)
  const wanted = inputs.includes('all') ? numeric : inputs
  const others = [...new Set(wanted)].filter((name) => !targets.includes(name))
  return { roles: { targets: [...new Set(targets)], inputs: others, date: dates }, notes }
}

/** Names may be numbers, but not all of them. */
function refuseHeadless({ name, columns }: Table, read: ReadDate): void {
  if (!columns.every((text) => isNumeric([text], readPoint) || Number.isFinite(read(text)))) return
  throw new TaskError(
    `${name}, line 1: expected the names of the columns, received ${columns.join(', ')}. Put a row of names above the numbers.`,
  )
}

/** As many rows as tell what a column holds, however few of them come at once. */
async function firstRows(table: Table, most = 200): Promise<(readonly string[])[]> {
  const first: (readonly string[])[] = []
  for await (const rows of table.rows()) {
    for (const { fields } of rows.slice(0, most - first.length)) first.push(fields)
    if (first.length === most) break
  }
  return first
}

const isNumeric = (texts: readonly string[], number: ReadNumber): boolean =>
  texts.some((text) => !isMissing(text)) &&
  texts.every((text) => isMissing(text) || !Number.isNaN(number(text)))

/**
 * The first column of dates: one that is not will be told by its line. Years alone count only where the column's name
 * says so, and all are years.
 */
function guessDate(table: Table, first: readonly (readonly string[])[], read: ReadDate): string[] {
  const place = table.columns.findIndex((name, at) => {
    const texts = first.map((fields) => fields[at])
    const isYear = (text: string) => /^\d{1,4}$/.test(text.trim())
    if (texts.length === 0) return false
    if (texts.every(isYear)) return /^(date|year|time)$/i.test(name)
    const dates = texts.filter((text) => !isYear(text) && Number.isFinite(read(text))).length
    return dates >= 0.9 * texts.length
  })
  return place < 0 ? [] : [table.columns[place]]
}

/** The options for the column that looks most like dates, of another order than ISO's. */
function dateHint({ columns }: Table, first: readonly (readonly string[])[]): string {
  const written = /^\s*\d{1,2}([./-])\d{1,2}\1(\d{4}|\d{2})([ T]\d{1,2}:\d{2}(:\d{2})?)?\s*$/
  const place = columns.findIndex(
    (_, at) => first.length > 0 && first.every((fields) => written.test(fields[at])),
  )
  const found = written.exec(first[0]?.[place] ?? '')
  if (!found) return "--date day --date-format '%d.%m.%Y'"
  const [, mark, year, time = '', seconds] = found
  const days = mark === '/' ? '%m/%d' : `%d${mark}%m`
  const clock = time === '' ? '' : `${time[0]}%H:%M${seconds ? ':%S' : ''}`
  return `--date ${columns[place]} --date-format '${days}${mark}%${year.length === 4 ? 'Y' : 'y'}${clock}'`
}

function onlyOne(table: Table, numeric: readonly string[], why: () => string): string[] {
  if (numeric.length === 1) return [...numeric]
  throw new TaskError(
    numeric.length === 0
      ? `${table.name}: expected a column of numbers to forecast, received ${table.columns.join(', ')}, none of them. ${why()}`
      : `${table.name}: expected the name of the column to forecast, as several hold numbers: ${numeric.join(', ')}. Name one or more of them, for example --target ${numeric.at(-1)}`,
  )
}

/** What keeps the column that looks most like numbers from being one. */
function whyNone(
  { columns }: Table,
  first: readonly (readonly string[])[],
  dates: readonly string[],
  number: ReadNumber,
): string {
  const digits = (place: number) => first.filter((fields) => /\d/.test(fields[place])).length
  const [likeliest] = Array.from(columns.keys())
    .filter((place) => !dates.includes(columns[place]))
    .sort((one, other) => digits(other) - digits(one))
  const strange = first
    .map((fields) => fields[likeliest] ?? '')
    .find((text) => !isMissing(text) && Number.isNaN(number(text)))
  if (strange === undefined) return 'Add a column of them.'
  return `In ${columns[likeliest]} stands '${strange}'. ${NUMBERS}`
}

const NUMBERS =
  'Numbers have a point before their decimals, or with --decimal , a comma; a missing one is empty or NA.'

/** What 32 bits hold, which models compute in. */
const LARGEST = 3.4e38

async function readColumns(table: Table, roles: Roles, { dateFormat, decimal }: SeriesOptions): Promise<Raw> {
  const number = readerOf(decimal)
  const columns = [...roles.targets, ...roles.inputs]
  const places = columns.map((name) => placeOf(table, name))
  const numbers = places.map(() => new Numbers())
  const lines = new Numbers()
  const times = new Numbers()
  const offsets = new Numbers()
  const timeOf = dateReader(table, roles.date, dateFormat)
  const zoned = dateFormat === null && roles.date.length === 1 ? placeOf(table, roles.date[0]) : null
  for await (const rows of table.rows()) {
    for (const { line, fields } of rows) {
      lines.push(line)
      if (timeOf) times.push(timeOf(fields, line))
      if (zoned !== null) offsets.push(offsetOf(fields[zoned]))
      for (let at = 0; at < places.length; at++) {
        numbers[at].push(numberOf(fields[places[at]], number, table.name, columns[at], line))
      }
    }
  }
  return {
    name: table.name,
    lines: Int32Array.from(lines.taken()),
    times: timeOf ? times.taken() : null,
    offsets: zoned === null ? null : offsets.taken(),
    columns,
    values: numbers.map((each) => each.taken()),
  }
}

/** NaN where it is missing. */
function numberOf(text: string, number: ReadNumber, name: string, column: string, line: number): number {
  const value = number(text)
  // a blank text is 0 to `Number`
  if (Math.abs(value) <= LARGEST && (value !== 0 || text.trim() !== '')) return value
  if (isMissing(text)) return Number.NaN
  const isNumber = !Number.isNaN(value)
  const isLarge = isNumber || /^[+-]?inf(inity)?$/i.test(text.trim())
  throw new TaskError(
    `${name}, line ${line}: expected a ${isLarge ? 'finite number of at most 3.4e38' : 'number'} in the column ${column}, received '${text}'. ` +
      (isLarge
        ? 'Correct it, or leave the field empty: then it counts as missing.'
        : `${NUMBERS} A column of words cannot be forecast or read.`),
  )
}

function dateReader(table: Table, date: readonly string[], format: string | null) {
  if (date.length === 0) return undefined
  const places = date.map((name) => placeOf(table, name))
  const read = format === null ? readIso : readByFormat(format)
  return (fields: readonly string[], line: number): number => {
    const texts = places.map((place) => fields[place])
    const isWhole = texts.every((text) => text.trim() !== '')
    const time =
      texts.length === 1 ? read(texts[0]) : ofParts(...(texts.map(Number) as [number, number, number]))
    if (isWhole && Number.isFinite(time)) return time
    const shown = texts.join(' ').trim()
    throw new TaskError(
      `${table.name}, line ${line}: expected a date in the column ${date.join(', ')}, received ${shown === '' ? 'none' : `'${shown}'`}. ` +
        "Write dates as 2024-01-31 or 2024-01-31 13:00, or say how they are written, for example --date-format '%d.%m.%Y %H:%M'",
    )
  }
}

/** What a series is, in a sentence's beginning: 17,420 rows, 1 hour apart */
export function seriesInWords({ rows, step }: Pick<Series, 'rows' | 'step'>): string {
  if (!step) return several(rows, 'row')
  const words = stepInWords(step)
  return `${several(rows, 'row')}, one every ${words}`
}
