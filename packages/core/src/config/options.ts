import { OptionError } from '../errors.ts'

/** What an option's value must be; returns an explanation of what is expected, or null if the value is fine. */
export interface Check {
  (value: unknown): string | null
  /** Where it must be one of these. */
  readonly words?: readonly (string | number)[]
}

/**
 * The options of one Keras class. `options`: those we have, with their check. `notYet`: those that Keras has and we
 * have not, with the one value that changes nothing.
 */
export interface OptionSpec {
  /** As the user writes it: `layers.lstm`. */
  readonly where: string
  readonly options: Readonly<Record<string, Check>>
  readonly notYet?: Readonly<Record<string, unknown>>
}

/** Refuses what is misspelt, wrong or not supported yet. */
export function checkOptions(spec: OptionSpec, given: object): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new OptionError(`${spec.where}: expected an object of options, got ${show(given)}`)
  }
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(spec.options, key) ? spec.options[key] : null
    if (check) {
      const expected = value === undefined ? null : check(value)
      if (expected)
        throw new OptionError(`${spec.where}: option '${key}' must be ${expected}; got ${show(value)}`)
    } else if (spec.notYet && Object.hasOwn(spec.notYet, key)) {
      const harmless = spec.notYet[key]
      const isHarmless = typeof harmless === 'string' ? wordOf([harmless], value) : value === harmless
      if (value !== undefined && !isHarmless) {
        throw new OptionError(
          `${spec.where}: option '${key}' is not supported yet; got ${show(value)}. Leave it out.`,
        )
      }
    } else {
      throw new OptionError(
        `${spec.where}: there is no option '${key}'.${suggest(key, Object.keys(spec.options))}`,
      )
    }
  }
}

/** The options of one Keras class by name, in Keras's order: default (undefined: must be given) and check of each. */
export type OptionTable<O> = { readonly [K in keyof O]-?: readonly [O[K] | undefined, Check] }

/** Checks options against their table, and fills in the defaults. */
export function readOptions<O extends object>(where: string, given: O, table: OptionTable<O>): Required<O> {
  const entries = Object.entries<readonly [unknown, Check]>(table)
  checkOptions({ where, options: Object.fromEntries(entries.map(([key, [, check]]) => [key, check])) }, given)
  const values = entries.map(([key, [byDefault, check]]) => {
    const value = asListed(check, (given as Readonly<Record<string, unknown>>)[key] ?? byDefault)
    if (value === undefined) throw new OptionError(`${where}: option '${key}' is missing`)
    return [key, value]
  })
  return Object.fromEntries(values) as Required<O>
}

export const positiveInteger: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) > 0 ? null : 'a whole number greater than 0'

export const boolean: Check = (value) => (typeof value === 'boolean' ? null : 'true or false')

export const rate: Check = (value) =>
  typeof value === 'number' && value >= 0 && value < 1 ? null : 'a number from 0 up to, but not including, 1'

/** A share that may be the whole. */
export const share: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1'

export const positive: Check = (value) =>
  Number.isFinite(value) && Number(value) > 0 ? null : 'a number greater than 0'

export const finite: Check = (value) => (Number.isFinite(value) ? null : 'a finite number')

export const notNegative: Check = (value) =>
  Number.isFinite(value) && Number(value) >= 0 ? null : 'a number of at least 0'

export const text: Check = (value) =>
  typeof value === 'string' && value !== '' ? null : 'a text that is not empty'

/** A seed: what two 32-bit words can hold exactly. */
export const seed: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a whole number from 0 to 2^53 - 1'

/** A word in Keras's spelling or ours: 'sum_over_batch_size', 'sumOverBatchSize'. */
export type Spelled<W extends string> = W | Camel<W>
type Camel<W extends string> = W extends `${infer A}_${infer B}` ? `${A}${Capitalize<Camel<B>>}` : W

/** A name of ours, or Keras's of the same: 'meanSquaredError', 'mean_squared_error'. */
export type Named<W extends string> = W | Snake<W>
type Snake<W extends string> = W extends `${infer C}${infer Rest}`
  ? `${C extends Lowercase<C> ? C : `_${Lowercase<C>}`}${Snake<Rest>}`
  : W

/** The one of these words that a value is, in either spelling. */
function wordOf(words: readonly (string | number)[], value: unknown): string | number | undefined {
  const camel = (word: unknown) =>
    typeof word === 'string' ? word.replace(/_./g, ([, letter]) => letter.toUpperCase()) : word
  return words.find((word) => camel(word) === camel(value))
}

/** One of these words, in either spelling; `asListed` gives that of the list. */
export function oneOf(words: readonly (string | number)[]): Check {
  const check: Check = (value) =>
    wordOf(words, value) === undefined ? `one of ${words.map(show).join(', ')}` : null
  return Object.assign(check, { words })
}

/** A word as its list spells it; any other value as it is. */
export function asListed<T>(check: Check | undefined, value: T): T {
  return (wordOf(check?.words ?? [], value) ?? value) as T
}

export function orNull(check: Check): Check {
  return Object.assign((value: unknown) => (value === null ? null : check(value)), { words: check.words })
}

/** Accepted here, checked where it is resolved. */
export const checkedLater: Check = () => null

/** ` Did you mean 'units'?`, or the list of what there is. */
export function suggest(word: string, known: readonly string[]): string {
  const near = known
    .map((candidate) => [distance(word.toLowerCase(), candidate.toLowerCase()), candidate] as const)
    .sort(([a], [b]) => a - b)[0]
  if (near && near[0] <= Math.max(2, word.length / 3)) return ` Did you mean '${near[1]}'?`
  return known.length > 0 ? ` There are: ${known.join(', ')}.` : ''
}

/** A value as it appears in a message: short, and readable. */
export function show(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'function') return 'a function'
  if (typeof value !== 'object' || value === null) return String(value)
  const json = jsonOf(value) ?? Object.prototype.toString.call(value)
  return json.length > 80 ? `${json.slice(0, 77)}…` : json
}

function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value, abridged)
  } catch {
    // a ring, a BigInt, or nested too deeply
    return undefined
  }
}

/** Long lists cut, typed arrays by their kind: a message must not take longer than the mistake. */
function abridged(_: string, value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`
  return Array.isArray(value) && value.length > 20 ? [...value.slice(0, 20), '…'] : value
}

/** Levenshtein's distance: the number of letters to change, add or drop. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}
