import { listed } from '../classes.ts'
import { TaskError } from '../errors.ts'

/** The codes of a date's format that most formats are made of, and what stands there. */
export const dateCodes = {
  '%Y': '2024',
  '%y': '24',
  '%m': '01 to 12',
  '%b': 'Jan',
  '%B': 'January',
  '%d': '01 to 31',
  '%j': 'day of the year, 001 to 366',
  '%H': '00 to 23',
  '%I': '01 to 12',
  '%p': 'AM or PM',
  '%M': 'minute',
  '%S': 'second',
  '%s': 'seconds since 1970',
} as const

/** All that d3-time-format reads. */
const KNOWN = new Set('aAbBcdefgGHIjLmMpqQsSuUVwWxXyYZ%')

/**
 * Makes sure that a format says something of a date, and nothing that would never be read.
 *
 * @throws TaskError for a code that there is not, by its name, and where there is none
 */
export function refuseFormat(format: string): void {
  // between % and the letter may stand how numbers are padded
  const codes = Array.from(format.matchAll(/%[-_0]?(.?)/gsu), ([text, letter]) => ({ text, letter }))
  const unknown = codes.find(({ letter }) => !KNOWN.has(letter))
  if (!unknown && codes.some(({ letter }) => letter !== '%')) return
  const received = unknown ? `'${unknown.text}' in '${format}'` : `'${format}', which has none`
  throw new TaskError(
    `--date-format: expected codes of dates, received ${received}. There are ${listed(Object.keys(dateCodes), Number.POSITIVE_INFINITY)}; '%d.%m.%Y %H:%M' reads 31.01.2024 13:00.`,
  )
}
