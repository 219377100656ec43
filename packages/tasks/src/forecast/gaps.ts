import { TaskError } from '../errors.ts'
import { count, several } from '../report/format.ts'
import { advance, DAY, dateText, type Step, stepInWords, stepOf, stepsBetween } from './dates.ts'
import type { Raw, Series } from './series.ts'

/** Rows put in the order of their dates, one for every step; what is missing is told, and goes on as it was before. */
export function inStep(raw: Raw): Omit<Series, 'sha256'> {
  const given = timesOf(raw)
  const { times, step, places, rows, notes } = given ? placed(raw, given) : unplaced(raw)
  const known = raw.values.map(() => new Uint8Array(rows))
  const absent = rows - places.length
  const blanks: string[] = []
  const values = raw.values.map((column, index) => {
    const whole = new Float64Array(rows).fill(Number.NaN)
    for (let row = 0; row < places.length; row++) whole[places[row]] = column[row]
    const filled = fillForward(whole, known[index])
    if (filled === rows) throw nothingKnown(raw, index)
    if (filled > absent) blanks.push(blankNote(raw.columns[index], filled - absent))
    return whole
  })
  const isByFirstZone = given !== raw.times
  const zones = isByFirstZone ? [ZONES_CHANGE] : []
  const { name, columns } = raw
  const zone = isByFirstZone || isOfOneZone(raw) ? raw.zone : ''
  return { name, times, step, zone, columns, values, known, rows, notes: [...zones, ...notes, ...blanks] }
}

const ZONES_CHANGE =
  "The dates' zones change within the file: its hours go on evenly, as the clock of the first row's zone would show them."

const nothingKnown = ({ name, columns }: Raw, index: number) =>
  new TaskError(`${name}: expected numbers in the column ${columns[index]}, received none in any row.`)

const blankNote = (column: string, count: number) =>
  `${column}: ${several(count, 'number')} missing; the one before goes on, and forecasts are not measured there.`

/**
 * As the clock showed; where summer time changes it within the file, and rows are less than a day apart, by the time that
 * passed: no hour is missing then, and none comes twice.
 */
function timesOf(raw: Raw): Float64Array | null {
  const { times, offsets } = raw
  if (!times || !offsets || isOfOneZone(raw)) return times
  const passed = times.map((time, row) => time - offsets[row] + offsets[0])
  const step = stepOf(Float64Array.from(passed).sort())
  return 'ms' in step && step.ms < DAY ? passed : times
}

const isOfOneZone = ({ offsets }: Raw): boolean =>
  offsets === null || offsets.every((offset) => offset === offsets[0])

/** Where the rows of a file belong in its series. */
interface Placed {
  times: Float64Array | null
  step: Step | null
  /** By row of the file. */
  places: Int32Array
  /** Of the series. */
  rows: number
  notes: readonly string[]
}

const unplaced = ({ lines }: Raw): Placed => ({
  times: null,
  step: null,
  places: Int32Array.from(lines, (_, row) => row),
  rows: lines.length,
  notes: [],
})

/** The rows of a file in the order of their dates. */
interface Ordered {
  raw: Raw
  /** Rows of the file, and the time of each. */
  order: readonly number[]
  sorted: Float64Array
}

/** Fewer may miss their weekends by chance. */
const WORKDAYS_TOLD_FROM = 10

/** Whether rows a day apart leave out every weekend. */
function isOfWorkdays(sorted: Float64Array, step: Step): boolean {
  if (!('ms' in step) || step.ms !== DAY || sorted.length < WORKDAYS_TOLD_FROM) return false
  return sorted.every((time) => new Date(time).getUTCDay() % 6 !== 0)
}

const WORKDAYS =
  'No row lies on a Saturday or Sunday: weekends are filled in, and forecast. To leave them out, train with --date none, which takes the rows as evenly spaced.'

/** Each row at its place among even steps. */
function placed(raw: Raw, given: Float64Array): Placed {
  const isSorted = given.every((time, row) => row === 0 || time >= given[row - 1])
  const ordered = inOrder(raw, given, isSorted)
  refuseTwice(ordered)
  const { order, sorted } = ordered
  const step: Step = sorted.length < 2 ? { ms: DAY } : stepOf(sorted)
  const steps = stepsFromFirst(ordered, step)
  const rows = steps[steps.length - 1] + 1
  refuseFar(ordered, step, rows)
  const places = new Int32Array(sorted.length)
  for (let at = 0; at < order.length; at++) places[order[at]] = steps[at]
  return {
    times: Float64Array.from({ length: rows }, (_, row) => advance(sorted[0], step, row)),
    step,
    places,
    rows,
    notes: [
      ...(isSorted ? [] : ['The rows were not in the order of their dates: sorted.']),
      ...(rows > sorted.length ? [gapNote(sorted, steps, step)] : []),
      ...(isOfWorkdays(sorted, step) ? [WORKDAYS] : []),
    ],
  }
}

function inOrder(raw: Raw, given: Float64Array, isSorted: boolean): Ordered {
  const order = Array.from(given, (_, row) => row)
  if (!isSorted) order.sort((one, other) => given[one] - given[other])
  return { raw, order, sorted: Float64Array.from(order, (row) => given[row]) }
}

function refuseTwice({ raw: { name, lines }, order, sorted }: Ordered): void {
  const same = sorted.findIndex((time, at) => at > 0 && time === sorted[at - 1])
  if (same < 0) return
  const [one, other] = [lines[order[same - 1]], lines[order[same]]].sort((a, b) => a - b)
  throw new TaskError(
    `${name}, line ${other}: expected one row for each date, received ${dateText(sorted[same], null)} a second time (first in line ${one}). ` +
      'Take one out (times are told apart to the millisecond); several series in one file have to stand in columns, or in files of their own.',
  )
}

/** How many steps each row is after the first one; they may be more than 32 bits count. */
function stepsFromFirst({ raw, order, sorted }: Ordered, step: Step): Float64Array {
  const result = new Float64Array(sorted.length)
  for (let at = 1; at < sorted.length; at++) {
    const steps = stepsBetween(sorted[at - 1], sorted[at], step)
    if (!Number.isInteger(steps)) {
      throw new TaskError(
        `${raw.name}, line ${raw.lines[order[at]]}: expected rows at even steps (most are one ${stepInWords(step)} apart), received ${dateText(sorted[at], null)} after ${dateText(sorted[at - 1], null)}. ` +
          'Bring the rows to even steps first, or leave the dates out with --date none.',
      )
    }
    result[at] = result[at - 1] + steps
  }
  return result
}

function refuseFar({ raw: { name }, sorted }: Ordered, step: Step, rows: number): void {
  if (rows <= 20 * sorted.length + 1000) return
  throw new TaskError(
    `${name}: expected rows at even steps, received ${count(sorted.length)} over ${count(rows)} steps of ${stepInWords(step)}. Are the dates right?`,
  )
}

function gapNote(sorted: Float64Array, steps: Float64Array, step: Step): string {
  let [gaps, missing, longest, from] = [0, 0, 0, 0]
  for (let at = 1; at < steps.length; at++) {
    const absent = steps[at] - steps[at - 1] - 1
    if (absent === 0) continue
    gaps++
    missing += absent
    if (absent > longest) [longest, from] = [absent, sorted[at - 1]]
  }
  return `${several(gaps, 'gap')} in the dates, ${several(missing, 'row')} missing; the longest, of ${count(longest)}, after ${dateText(from, step)}.`
}

/**
 * The last number goes on, as only the past may be known; before the first number there is none but that. Marks those that
 * are known, and returns how many are not.
 */
function fillForward(column: Float64Array, known: Uint8Array): number {
  let last = column.find((value) => !Number.isNaN(value)) ?? Number.NaN
  let filled = 0
  for (let row = 0; row < column.length; row++) {
    if (Number.isNaN(column[row])) {
      column[row] = last
      filled++
    } else {
      last = column[row]
      known[row] = 1
    }
  }
  return filled
}
