import type { Model } from '@carousel/core'
import { areTexts, isNumber, isRecord } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { count, several } from '../report/format.ts'
import type { CharsSettings, Unit } from './settings.ts'
import { codePointsOf, type Units } from './units.ts'

/** What is done to a text before the model reads it: all that is needed to do it again, kept as JSON in the file. */
export type CharsPreparation = {
  kind: 'chars'
  unit: Unit
  /** The characters of the training part, by code point, numbered from 1: 0 is any other. Of bytes: none. */
  alphabet: readonly string[]
  /** How often each number occurs in the training part. */
  counts: readonly number[]
}

/** The number of what is not in the training part. */
export const UNKNOWN = 0

/** Decided by the training part alone. */
export function preparationFor(train: Units, { unit }: Pick<CharsSettings, 'unit'>): CharsPreparation {
  const points = unit === 'bytes' ? [] : [...new Set(train)].sort((one, other) => one - other)
  const alphabet = points.map((point) => String.fromCodePoint(point))
  const preparation = { kind: 'chars', unit, alphabet, counts: [] } as const
  const counts = new Array<number>(sizeOf(preparation)).fill(0)
  for (const number of encode(train, preparation)) counts[number]++
  return { ...preparation, counts }
}

/** How many numbers there are. */
export const sizeOf = ({ unit, alphabet }: Pick<CharsPreparation, 'unit' | 'alphabet'>): number =>
  unit === 'bytes' ? 256 : alphabet.length + 1

/** A text as the numbers that the model reads. */
export function encode(text: Units, { alphabet }: Pick<CharsPreparation, 'alphabet'>): Int32Array {
  if (text instanceof Uint8Array) return Int32Array.from(text)
  const numbers = new Map(alphabet.map((own, index) => [own.codePointAt(0), index + 1]))
  const ids = new Int32Array(text.length)
  for (let at = 0; at < ids.length; at++) ids[at] = numbers.get(text[at]) ?? UNKNOWN
  return ids
}

/**
 * What a text's author typed, as numbers.
 *
 * @throws TaskError where the model does not know one of its characters
 */
export function encodePrompt(prompt: string, preparation: CharsPreparation): Int32Array {
  const units = preparation.unit === 'bytes' ? new TextEncoder().encode(prompt) : codePointsOf([prompt])
  const numbers = encode(units, preparation)
  const strange = preparation.unit === 'bytes' ? -1 : numbers.indexOf(UNKNOWN)
  if (strange < 0) return numbers
  const own = String.fromCodePoint(units[strange])
  const code = units[strange].toString(16).toUpperCase().padStart(4, '0')
  throw new TaskError(
    `prompt: expected characters of the text that the model was trained on, received ${JSON.stringify(own)} (U+${code}), which does not occur in it. Leave it out, or train with --unit bytes, which knows them all.`,
  )
}

/** What was done to this model's input. */
export function preparationOf({ preparation }: Pick<Model, 'preparation'>): CharsPreparation {
  if (isCharsPreparation(preparation)) return preparation
  throw new TaskError(
    'expected a model that writes texts, received one that reads something else. Train one: carousel train chars FILE.txt',
  )
}

/** Whether a file's words are such a preparation: a file may hold anything. */
export function isCharsPreparation(value: unknown): value is CharsPreparation {
  if (!isRecord(value)) return false
  const { kind, unit, alphabet, counts } = value
  return (
    kind === 'chars' &&
    (unit === 'characters' || unit === 'bytes') &&
    areTexts(alphabet) &&
    alphabet.every((own) => Array.from(own).length === 1) &&
    new Set(alphabet).size === alphabet.length &&
    (unit === 'bytes' ? alphabet.length === 0 : alphabet.length > 1) &&
    Array.isArray(counts) &&
    counts.length === sizeOf({ unit, alphabet }) &&
    counts.every((number) => isNumber(number, 0))
  )
}

export function preparationInWords({ unit, alphabet, counts }: CharsPreparation): string[] {
  const total = count(counts.reduce((sum, number) => sum + number, 0))
  if (unit === 'bytes') {
    const seen = counts.filter((number) => number > 0).length
    return [
      'A text, or any file, is read byte by byte: each is a time step, and one of 256 numbers.',
      `The training part is its first ${total} bytes, in which ${count(seen)} of the 256 occur.`,
    ]
  }
  return [
    'A text is read character by character (Unicode code points): each is a time step.',
    `Known are the ${several(alphabet.length, 'character')} of the training part, its first ${total}; any other is read as unknown, and never written:`,
    JSON.stringify(alphabet.join('')).slice(1, -1),
  ]
}
