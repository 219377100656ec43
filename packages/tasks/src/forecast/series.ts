import { TaskError } from '../errors.ts'
import { checksumOf, type DataFile } from '../files.ts'
import { several } from '../report/format.ts'
import { openTable, placeOf, type Table } from '../tables/index.ts'
import { offsetOf, ofParts, readByFormat, readIso, type Step, stepInWords, zoneOf } from './dates.ts'
import { numberOf, readerOf } from './decimals.ts'
import { inStep } from './gaps.ts'
import { GrowingArray } from './growing-array.ts'
import { type RoleOptions, type Roles, rolesOf } from './roles.ts'

/** Columns of numbers, at even steps of time. */
export interface Series {
  /** Of the file. */
  name: string
  sha256: string
  /** Of each row, in milliseconds since 1970 as if its clock were at UTC; null where the file has none. */
  times: Float64Array | null
  step: Step | null
  /** What the clock that `times` go by is written with: Z, +02:00; '' where the file does not say, or has several. */
  zone: string
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
export interface SeriesOptions extends RoleOptions {
  encoding: string | null
  delimiter: string | null
}

/** Rows as the file has them. */
export interface Raw {
  name: string
  lines: Int32Array
  /** As the clock showed. */
  times: Float64Array | null
  /** By how many milliseconds that clock went before UTC, where dates say so. */
  offsets: Float64Array | null
  /** Of the first row, as labels have it. */
  zone: string
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

async function readColumns(table: Table, roles: Roles, { dateFormat, decimal }: SeriesOptions): Promise<Raw> {
  const number = readerOf(decimal)
  const columns = [...roles.targets, ...roles.inputs]
  const places = columns.map((name) => placeOf(table, name))
  const numbers = places.map(() => new GrowingArray())
  const lines = new GrowingArray()
  const times = new GrowingArray()
  const offsets = new GrowingArray()
  const timeOf = dateReader(table, roles.date, dateFormat)
  const zoned = dateFormat === null && roles.date.length === 1 ? placeOf(table, roles.date[0]) : null
  let zone: string | undefined
  for await (const rows of table.rows()) {
    if (zoned !== null) zone ??= zoneOf(rows[0].fields[zoned])
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
    zone: zone ?? '',
    columns,
    values: numbers.map((each) => each.taken()),
  }
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
