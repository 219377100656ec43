import { TaskError } from '../errors.ts'

/** Makes a number of a text, NaN where it is none. */
export type ReadNumber = (text: string) => number

/** Decimal numbers alone: 0x10 is none to people. Of most texts a look at their first two characters is enough. */
export const readPoint: ReadNumber = (text) => {
  const isPlain = text.charCodeAt(0) > 32 && !(text.charCodeAt(1) > 57)
  return isPlain || !/^\s*0[box]/i.test(text) ? Number(text) : Number.NaN
}

/** 1.105,8 and 1105,8; a point that parts no thousands is none of such a number. */
const readComma: ReadNumber = (text) =>
  /^\s*[+-]?([1-9]\d{0,2}(\.\d{3})+|\d+)(,\d+)?(e[+-]?\d+)?\s*$/i.test(text)
    ? Number(text.replaceAll('.', '').replace(',', '.'))
    : Number.NaN

/** What stands before decimals; with a comma, points may part thousands. */
export type Decimal = '.' | ','

export const readerOf = (decimal: Decimal): ReadNumber => (decimal === ',' ? readComma : readPoint)

const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-'])
export const isMissing = (text: string): boolean => MISSING.has(text.trim().toLowerCase())

/** Whether texts are numbers, as far as they are not missing, and there is one. */
export const isNumeric = (texts: readonly string[], number: ReadNumber): boolean =>
  texts.some((text) => !isMissing(text)) &&
  texts.every((text) => isMissing(text) || !Number.isNaN(number(text)))

/**
 * The first of the texts with points, if each of them may be a whole number whose thousands are parted by points: 1.051,
 * but not 1.05, 0.123 or 1234.567.
 */
export function likeThousands(texts: readonly string[]): string | undefined {
  const pointed = texts.filter((text) => text.includes('.'))
  return pointed.every((text) => /^\s*[+-]?[1-9]\d{0,2}(\.\d{3})+\s*$/.test(text))
    ? pointed[0]?.trim()
    : undefined
}

/** 1,098.82 and 1,098,082: thousands parted by commas, and not by chance. */
const hasCommas = (text: string): boolean => /^\s*[+-]?\d{1,3}(,\d{3})+(,\d{3}|\.\d*)\s*$/.test(text)

/** How numbers are written, for an error that shows one which is not. */
export const numbersInWords = (text: string): string =>
  hasCommas(text)
    ? `Commas between thousands are not read with a point before decimals: take them out (${text.trim().replaceAll(',', '')}, with --decimal .).`
    : 'Numbers have a point before their decimals, or with --decimal , a comma; a missing one is empty or NA.'

/** What 32 bits hold, which models compute in. */
const LARGEST = 3.4e38

/**
 * A number of a table; NaN where it is missing.
 *
 * @throws TaskError with its place for what is none, or beyond what models compute in
 */
export function numberOf(
  text: string,
  number: ReadNumber,
  name: string,
  column: string,
  line: number,
): number {
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
        : `${numbersInWords(text)} A column of words cannot be forecast or read.`),
  )
}
