import { TaskError } from '../errors.ts'
import { count, several } from '../report/format.ts'
import { advance, dateText, type Step, stepInWords, stepOf, stepsBetween } from './dates.ts'
import type { Raw, Series } from './series.ts'

/** Rows put in the order of their dates, one for every step; what is missing is told, and goes on as it was before. */
export function inStep(raw: Raw): Omit<Series, 'sha256'> {
  const notes: string[] = []
  const given = timesOf(raw)
  if (raw.times && given !== raw.times) {
    notes.push(
      "The dates' zones change within the file: its hours go on evenly, as the clock of the first row's zone would show them.",
    )
  }
  const { times, step, places } = given ? placesOf(raw, given, notes) : unplaced(raw)
  const rows = places.length === 0 ? 0 : places.reduce((most, place) => Math.max(most, place), 0) + 1
  const known = raw.values.map(() => new Uint8Array(rows))
  const values = raw.values.map((column, index) => {
    const placed = new Float64Array(rows).fill(Number.NaN)
    for (let row = 0; row < places.length; row++) placed[places[row]] = column[row]
    fillForward(placed, known[index], raw, index, notes, rows - places.length)
    return placed
  })
  return { name: raw.name, times, step, columns: raw.columns, values, known, rows, notes }
}

/**
 * As the clock showed; where summer time changes it within the file, and rows are less than a day apart, by the time that
 * passed: no hour is missing then, and none comes twice.
 */
function timesOf({ times, offsets }: Raw): Float64Array | null {
  if (!times || !offsets || offsets.every((offset) => offset === offsets[0])) return times
  const passed = times.map((time, row) => time - offsets[row] + offsets[0])
  const step = stepOf(Float64Array.from(passed).sort())
  return 'ms' in step && step.ms < 86_400_000 ? passed : times
}

const unplaced = ({ lines }: Raw) => ({
  times: null,
  step: null,
  places: Int32Array.from(lines, (_, row) => row),
})

/** Where each row belongs among even steps. */
function placesOf({ name, lines }: Raw, given: Float64Array, notes: string[]) {
  const order = Array.from(given, (_, row) => row)
  const isSorted = given.every((time, row) => row === 0 || time >= given[row - 1])
  if (!isSorted) {
    order.sort((one, other) => given[one] - given[other])
    notes.push('The rows were not in the order of their dates: sorted.')
  }
  const sorted = Float64Array.from(order, (row) => given[row])
  const same = sorted.findIndex((time, at) => at > 0 && time === sorted[at - 1])
  if (same > 0) {
    const [one, other] = [lines[order[same - 1]], lines[order[same]]].sort((a, b) => a - b)
    throw new TaskError(
      `${name}, line ${other}: expected one row for each date, received ${dateText(sorted[same], null)} a second time (first in line ${one}). ` +
        'Take one out (times are told apart to the millisecond); several series in one file have to stand in columns, or in files of their own.',
    )
  }
  if (sorted.length < 2) return { times: sorted, step: { ms: 86_400_000 } as Step, places: Int32Array.of(0) }
  const step = stepOf(sorted)
  const places = new Int32Array(sorted.length)
  let [gaps, longest, from] = [0, 0, 0]
  for (let at = 0, place = 0; at < sorted.length; at++) {
    const steps = at === 0 ? 0 : stepsBetween(sorted[at - 1], sorted[at], step)
    if (!Number.isInteger(steps)) {
      throw new TaskError(
        `${name}, line ${lines[order[at]]}: expected rows at even steps (most are one ${stepInWords(step)} apart), received ${dateText(sorted[at], null)} after ${dateText(sorted[at - 1], null)}. ` +
          'Bring the rows to even steps first, or leave the dates out with --date none.',
      )
    }
    place += steps
    if (steps > 1) {
      gaps++
      if (steps - 1 > longest) [longest, from] = [steps - 1, sorted[at - 1]]
    }
    places[order[at]] = place
  }
  const rows = places[order[sorted.length - 1]] + 1
  if (rows > 20 * sorted.length + 1000) {
    throw new TaskError(
      `${name}: expected rows at even steps, received ${count(sorted.length)} over ${count(rows)} steps of ${stepInWords(step)}. Are the dates right?`,
    )
  }
  if (gaps > 0) {
    notes.push(
      `${several(gaps, 'gap')} in the dates, ${several(rows - sorted.length, 'row')} missing; the longest, of ${count(longest)}, after ${dateText(from, step)}.`,
    )
  }
  const times = Float64Array.from({ length: rows }, (_, row) => advance(sorted[0], step, row))
  return { times, step, places }
}

/** The last number goes on, as only the past may be known; before the first number there is none but that. */
function fillForward(
  placed: Float64Array,
  known: Uint8Array,
  raw: Raw,
  index: number,
  notes: string[],
  absent: number,
): void {
  const first = placed.findIndex((value) => !Number.isNaN(value))
  if (first < 0) {
    throw new TaskError(
      `${raw.name}: expected numbers in the column ${raw.columns[index]}, received none in any row.`,
    )
  }
  let last = placed[first]
  let filled = 0
  for (let row = 0; row < placed.length; row++) {
    if (Number.isNaN(placed[row])) {
      placed[row] = last
      filled++
    } else {
      last = placed[row]
      known[row] = 1
    }
  }
  const blank = filled - absent
  if (blank > 0) {
    notes.push(
      `${raw.columns[index]}: ${several(blank, 'number')} missing; the one before goes on, and forecasts are not measured there.`,
    )
  }
}
