import type { DownloadProgress } from '../download/download.ts'

export interface MnistOptions {
  /** A folder with the four IDX files, or with a folder `mnist` that has them. Default: CAROUSEL_DATA. */
  data?: string
  /** Keep only the first so many training digits (all, where there are fewer). */
  limit?: number
  /** The folder for downloads. Default: the user's cache. */
  cache?: string
  /** Addresses to download from instead of the published ones; [] to download nothing. */
  mirrors?: readonly string[]
  /** Take the embedded digits, whatever else there is. */
  embedded?: boolean
  signal?: AbortSignal
  /** Called while files are downloaded. */
  onProgress?: (progress: DownloadProgress) => void
}

type Check = [expected: string, holds: (value: unknown) => boolean]

const isText: Check = ['a path', (value) => typeof value === 'string' && value !== '']
const checks: { [Name in keyof MnistOptions]-?: Check } = {
  data: isText,
  cache: isText,
  limit: ['a whole number of at least 1', (value) => Number.isInteger(value) && Number(value) >= 1],
  mirrors: [
    'a list of http or https addresses',
    (value) => Array.isArray(value) && value.every(isWebAddress),
  ],
  embedded: ['true or false', (value) => typeof value === 'boolean'],
  signal: ['an AbortSignal', (value) => value instanceof AbortSignal],
  onProgress: ['a function', (value) => typeof value === 'function'],
}

/** Refuses misspelt options and wrong values; undefined counts as left out. */
export function checkOptions(options: MnistOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name as keyof MnistOptions] : undefined
    if (check === undefined) {
      throw new TypeError(
        `mnist.load: expected the options ${Object.keys(checks).join(', ')}, received '${name}'.`,
      )
    }
    const [expected, holds] = check
    if (value !== undefined && !holds(value)) {
      throw new TypeError(`mnist.load: expected '${name}' to be ${expected}, received ${shown(value)}.`)
    }
  }
  if (options.embedded && options.data !== undefined) {
    throw new TypeError(`mnist.load: expected 'data' or 'embedded', received both. Leave one out.`)
  }
}

function isWebAddress(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value) && /^https?:/.test(value)
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value)
