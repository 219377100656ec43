import { isEncoding } from '@carousel/tasks'
import { InvalidArgumentError, Option } from 'commander'

/** Reads an option's text; commander puts the option's name in front of what this throws. */
type Reader<Value> = (text: string) => Value

function number(text: string, expected: string, holds: (value: number) => boolean, example: string): number {
  // 0x10 is a number to machines alone
  const value = /^\s*[+-]?(\d|\.\d)[\d.e+-]*\s*$/i.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value) && holds(value)) return value
  throw new InvalidArgumentError(`\nExpected ${expected}, received '${text}'. For example: ${example}`)
}

/** A whole number within bounds. */
export const whole =
  (least: number, example: string, most = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (text) => {
    const expected =
      most === Number.MAX_SAFE_INTEGER
        ? `a whole number of at least ${least}`
        : `a whole number from ${least} to ${most}`
    return number(
      text,
      expected,
      (value) => Number.isInteger(value) && value >= least && value <= most,
      example,
    )
  }

export const positive =
  (example: string): Reader<number> =>
  (text) =>
    number(text, 'a number above 0', (value) => value > 0, example)

export const notNegative =
  (example: string): Reader<number> =>
  (text) =>
    number(text, 'a number of at least 0', (value) => value >= 0, example)

/** A share of which there has to be something, and may be all. */
export const part =
  (example: string): Reader<number> =>
  (text) =>
    number(text, 'a number above 0 and up to 1', (value) => value > 0 && value <= 1, example)

/** A share of what is dropped: all of it would leave nothing to learn from. */
export const share =
  (example: string): Reader<number> =>
  (text) =>
    number(text, 'a number from 0 to below 1', (value) => value >= 0 && value < 1, example)

/** A path, of which an empty text is none. */
export const path =
  (example: string): Reader<string> =>
  (text) => {
    if (text !== '') return text
    throw new InvalidArgumentError(`\nExpected a path, received ''. For example: ${example}`)
  }

/** An option of that reader. */
export function option<Value>(flags: string, description: string, read?: Reader<Value>): Option {
  const made = new Option(flags, description)
  return read ? made.argParser((text) => read(text)) : made
}

/** A setting as an option, as it is typed: batchSize → --batch-size */
export const flagOf = (setting: string): string =>
  `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** Options that several commands share. */
export const jsonOption = () => new Option('--json', 'write one JSON object a line, and nothing else')
export const dataOption = () =>
  option(
    '--data <dir>',
    'folder with the four MNIST files, or with a folder mnist/ (default: CAROUSEL_DATA, the cache, a download, or 10,000 digits that come along)',
    path('--data ../shared/data'),
  )
export const threadsOption = () =>
  option(
    '--threads <n>',
    'threads; the numbers are the same for any count (default: chosen by the machine)',
    whole(1, '--threads 2', 64),
  )
export const turboOptions = () => [
  new Option('--turbo', 'use 256-bit arithmetic (Node 24 or newer; by itself where it is faster)'),
  new Option('--no-turbo', 'do without it'),
]
export const picturesOption = () =>
  option('--pictures <folder>', 'draw the outcome too, as SVG and PNG files', path('--pictures ./pictures'))
export const encodingOption = (of: string) =>
  option('--encoding <name>', `${of} (default: utf-8)`, (name) => {
    if (isEncoding(name)) return name
    throw new InvalidArgumentError(
      `\nExpected an encoding, such as utf-8, latin1, utf-16le, gb18030 or shift_jis, received '${name}'. For example: --encoding latin1`,
    )
  })
export const testShareOption = (description: string) =>
  option('--test-share <x>', description, (text) => {
    const value = share('--test-share 0.1')(text)
    if (value > 0) return value
    throw new InvalidArgumentError(
      '\nExpected a number above 0 and below 1, for a model has to be tested. For example: --test-share 0.1',
    )
  })
