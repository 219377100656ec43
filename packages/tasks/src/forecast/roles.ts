import { listed } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { placeOf, type Table } from '../tables/index.ts'
import { type ReadDate, readByFormat, readIso } from './dates.ts'
import {
  type Decimal,
  isMissing,
  isNumeric,
  likeThousands,
  numbersInWords,
  type ReadNumber,
  readerOf,
  readPoint,
} from './decimals.ts'

/** The columns a forecast is about, and where they stand. */
export interface Roles {
  targets: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
}

/** What roles are told by. */
export interface RoleOptions {
  target: readonly string[]
  inputs: readonly string[]
  date: readonly string[]
  dateFormat: string | null
  decimal: Decimal
}

type FirstRows = readonly (readonly string[])[]

/**
 * Which column is what, as told or guessed by the first rows; and what was guessed.
 *
 * @throws TaskError for a column that is not there, and where there is nothing to guess by
 */
export async function rolesOf(
  table: Table,
  options: RoleOptions,
): Promise<{ roles: Roles; notes: readonly string[] }> {
  const { target, inputs, dateFormat, decimal } = options
  const number = readerOf(decimal)
  const read = dateFormat === null ? readIso : readByFormat(dateFormat)
  const first = await firstRows(table)
  refuseHeadless(table, read)
  const { dates, notes } = datesOf(table, first, options, read)
  for (const name of [...dates, ...target, ...inputs.filter((name) => name !== 'all')]) placeOf(table, name)
  const numeric = numericColumns(table, first, number).filter((name) => !dates.includes(name))
  const isTold = target.length > 0
  const targets = isTold ? target : onlyOne(table, numeric, () => whyNone(table, first, dates, number))
  const wanted = inputs.includes('all') ? numeric : inputs
  const others = [...new Set(wanted)].filter((name) => !targets.includes(name))
  const roles = { targets: [...new Set(targets)], inputs: others, date: dates }
  return {
    roles,
    notes: [
      ...notes,
      ...(isTold ? [] : [`The column to forecast is ${targets[0]}.`]),
      ...(decimal === '.' ? thousandsNotes(table, first, roles) : []),
    ],
  }
}

/** Where fields are cut by semicolons, commas often stand before decimals, and points between thousands. */
function thousandsNotes(table: Table, first: FirstRows, { targets, inputs }: Roles): string[] {
  if (table.delimiter !== ';') return []
  const found = [...targets, ...inputs].flatMap((name) => {
    const place = placeOf(table, name)
    const text = likeThousands(first.map((fields) => fields[place]))
    return text === undefined ? [] : [{ name, text }]
  })
  if (found.length === 0) return []
  const names = listed(found.map(({ name }) => name))
  return [
    `In ${names} points stand before three digits each time, as in ${found[0].text}: they were read as decimal points. If they part thousands, train with --decimal ,`,
  ]
}

/** The columns of dates, as told or guessed; a guess is noted. */
function datesOf(
  table: Table,
  first: FirstRows,
  { date, dateFormat }: RoleOptions,
  read: ReadDate,
): { dates: readonly string[]; notes: readonly string[] } {
  if (date.length > 0) return { dates: date.filter((name) => name !== 'none'), notes: [] }
  const dates = guessDate(table, first, read)
  if (dates.length > 0) return { dates, notes: [`Dates are taken from the column ${dates[0]}.`] }
  if (dateFormat !== null) {
    throw new TaskError(
      `${table.name}: expected a column of dates written as --date-format '${dateFormat}' says, received ${listed(table.columns)}, none of them. Correct the format, or name the column, --date, to be told the first date that differs.`,
    )
  }
  const note = `No column of dates was found: rows are taken to be evenly spaced. If there is one, name it, and how its dates are written: ${dateHint(table, first)}`
  return { dates, notes: [note] }
}

const numericColumns = ({ columns }: Table, first: FirstRows, number: ReadNumber): string[] =>
  columns.filter((_, place) =>
    isNumeric(
      first.map((fields) => fields[place]),
      number,
    ),
  )

/** Names may be numbers, but not all of them. */
function refuseHeadless({ name, columns }: Table, read: ReadDate): void {
  if (!columns.every((text) => isNumeric([text], readPoint) || Number.isFinite(read(text)))) return
  throw new TaskError(
    `${name}, line 1: expected the names of the columns, received ${listed(columns)}. Put a row of names above the numbers.`,
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

/**
 * The first column of dates: one that is not will be told by its line. Years alone count only where the column's name
 * says so, and all are years.
 */
function guessDate(table: Table, first: FirstRows, read: ReadDate): string[] {
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
function dateHint({ columns }: Table, first: FirstRows): string {
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
      ? `${table.name}: expected a column of numbers to forecast, received ${listed(table.columns)}, none of them. ${why()}`
      : `${table.name}: expected the name of the column to forecast, as several hold numbers: ${listed(numeric)}. Name one or more of them, for example --target ${numeric.at(-1)}`,
  )
}

/** What keeps the column that looks most like numbers from being one. */
function whyNone({ columns }: Table, first: FirstRows, dates: readonly string[], number: ReadNumber): string {
  const digits = (place: number) => first.filter((fields) => /\d/.test(fields[place])).length
  const [likeliest] = Array.from(columns.keys())
    .filter((place) => !dates.includes(columns[place]))
    .sort((one, other) => digits(other) - digits(one))
  const strange = first
    .map((fields) => fields[likeliest] ?? '')
    .find((text) => !isMissing(text) && Number.isNaN(number(text)))
  if (strange === undefined) return 'Add a column of them.'
  return `In ${columns[likeliest]} stands '${strange}'. ${numbersInWords(strange)}`
}
