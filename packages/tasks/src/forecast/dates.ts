import { utcFormat, utcParse } from 'd3-time-format'

/** A time in milliseconds since 1970, as if the clock were at UTC; NaN where the text is none. */
export type ReadDate = (text: string) => number

const iso =
  /^(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2}(?:\.\d+)?))?)?)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/

/** ISO 8601 from the year alone to parts of a second, slashes too: as the clock showed, whatever zone is written behind it. */
export const readIso: ReadDate = (text) => {
  const found = iso.exec(text.trim())
  if (!found) return Number.NaN
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part) => (part === undefined ? undefined : Number(part))) as number[]
  return ofParts(year, month, day, hour, minute, second)
}

/** By how many milliseconds the clock that a date of ISO 8601 was read from goes before UTC; 0 where it does not say. */
export function offsetOf(text: string): number {
  const zone = ZONE.exec(text)
  if (!zone?.[2]) return 0
  const [, , sign, hours, minutes] = zone
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}

/** Behind the hours of ISO 8601: Z, or sign, hours and minutes. */
const ZONE = /[T ]\d{1,2}(?::[\d:.]+)?\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))\s*$/

/** The zone of a date of ISO 8601 as labels have it, Z or +02:00; '' where it does not say. */
export function zoneOf(text: string): string {
  const [whole, utc, sign, hours, minutes] = ZONE.exec(text) ?? []
  return whole === undefined ? '' : (utc ?? `${sign}${hours}:${minutes}`)
}

/** By a format of d3-time-format. */
export const readByFormat = (format: string): ReadDate => {
  const [parse, write] = [utcParse(format), utcFormat(format)]
  // the 30th of February is read as a day in March, and 01 is written where 1 may stand
  const plain = (text: string) => text.replace(/(?<!\d)0+(?=\d)/g, '')
  return (text) => {
    const date = parse(text.trim())
    return date && plain(write(date)) === plain(text.trim()) ? date.getTime() : Number.NaN
  }
}

/** Year, month, day, … NaN where there is no such day or hour. */
export function ofParts(year: number, month = 1, day = 1, hour = 0, minute = 0, second = 0): number {
  const time = timeOf(year, month - 1, day) + (hour * 60 + minute) * 60_000 + Math.round(1000 * second)
  const date = new Date(time)
  return date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
    ? time
    : Number.NaN
}

/** Of a day at midnight; `Date.UTC` takes the years 0 to 99 for those of the last century. */
const timeOf = (year: number, month: number, day: number): number =>
  new Date(0).setUTCFullYear(year, month, day)

/** How far apart rows are: milliseconds, or months, which are of no one length; all at their months' ends, or none. */
export type Step = { ms: number } | { months: number; atEnd?: true }

export const DAY = 86_400_000

/** The time `count` steps on. */
export function advance(time: number, step: Step, count: number): number {
  if ('ms' in step) return time + count * step.ms
  const date = new Date(time)
  const month = date.getUTCMonth() + count * step.months
  const year = date.getUTCFullYear()
  const last = new Date(timeOf(year, month + 1, 0)).getUTCDate()
  const ofDay = time - timeOf(year, date.getUTCMonth(), date.getUTCDate())
  return timeOf(year, month, step.atEnd ? last : Math.min(date.getUTCDate(), last)) + ofDay
}

/** How many steps lie between two times; no whole number where they are not in step. */
export function stepsBetween(from: number, to: number, step: Step): number {
  if ('ms' in step) return (to - from) / step.ms
  const [one, other] = [new Date(from), new Date(to)]
  const months =
    (other.getUTCFullYear() - one.getUTCFullYear()) * 12 + other.getUTCMonth() - one.getUTCMonth()
  return advance(from, { ...step, months: 1 }, months) === to ? months / step.months : Number.NaN
}

/** The step that most rows are apart, of times in order: months where all lie on one day of the month, or on its last. */
export function stepOf(times: Float64Array): Step {
  const usual = commonest(times.subarray(1).map((time, row) => time - times[row]))
  if (usual < 28 * DAY) return { ms: usual }
  const atEnd = times.every((time) => new Date(time + DAY).getUTCDate() === 1) && { atEnd: true as const }
  const months = times.subarray(1).map((time, row) => stepsBetween(times[row], time, { months: 1, ...atEnd }))
  return months.every(Number.isInteger) ? { months: commonest(months), ...atEnd } : { ms: usual }
}

/** Of those that are as common, the least: the others may be gaps. */
function commonest(values: Float64Array): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, each) =>
    each[1] > best[1] || (each[1] === best[1] && each[0] < best[0]) ? each : best,
  )[0]
}

/** hour, 15 minutes, day, month */
export function stepInWords(step: Step): string {
  const [size, unit] =
    'months' in step
      ? step.months % 12 === 0
        ? [step.months / 12, 'year']
        : [step.months, 'month']
      : (UNITS.map(([ms, name]) => [step.ms / ms, name] as const).find(([count]) =>
          Number.isInteger(count),
        ) ?? [step.ms / 1000, 'second'])
  return size === 1 ? unit : `${size} ${unit}s`
}

const UNITS = [
  [7 * DAY, 'week'],
  [DAY, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** After how many steps such rows mostly repeat themselves: a day of hours, a week of days, a year of months. */
export function seasonOf(step: Step | null): number {
  if (step === null) return 1
  if ('months' in step) return Math.max(1, Math.round(12 / step.months))
  const season = step.ms < DAY ? DAY : step.ms < 7 * DAY ? 7 * DAY : 364 * DAY
  return Math.max(1, Math.round(season / step.ms))
}

/** 2016-07-01 01:00, as fine as the step is; without one, as the time itself. A zone stands behind hours alone. */
export function dateText(time: number, step: Step | null, zone = ''): string {
  const [date, clock] = new Date(time).toISOString().split(/T|Z/)
  if (step && ('months' in step || step.ms % DAY === 0)) return date
  const fineness = step && 'ms' in step ? step.ms : time
  return `${date} ${fineness % 1000 !== 0 ? clock : fineness % 60_000 !== 0 ? clock.slice(0, 8) : clock.slice(0, 5)}${zone}`
}
