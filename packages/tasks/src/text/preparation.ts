import type { Model } from '@carousel/core'
import { areTexts, isCount, isNumber, isRecord, isText } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { count, percent, several } from '../report/format.ts'
import type { Columns } from './columns.ts'
import type { TextData } from './load.ts'
import type { Level, TextSettings } from './settings.ts'
import { tokensOf } from './tokens.ts'
import { encoderOf, vocabularyOf } from './vocabulary.ts'

/** What is done to a text before the model reads it: all that is needed to do it again, kept as JSON in the file. */
export type TextPreparation = {
  kind: 'text'
  /** Of a table or JSON lines, where texts and classes stood; null where files and folders told. */
  columns: Columns | null
  level: Level
  /** Numbered from 2: 0 is padding, 1 what is not among them. */
  vocabulary: readonly string[]
  minCount: number
  /** Tokens that are read of a text. */
  maxLength: number
  /** The share of the training part's tokens that are not in the vocabulary, and of its texts that are cut. */
  unknownShare: number
  cutShare: number
  /** Texts of each class in the training part. */
  classCounts: readonly number[]
}

const MOST_BY_DEFAULT = 512

/**
 * Decided by the training part alone.
 *
 * @param tokens of each of its texts
 */
export function preparationFor(
  { train, classes, columns }: Pick<TextData, 'train' | 'classes' | 'columns'>,
  tokens: readonly (readonly string[])[],
  settings: TextSettings,
): TextPreparation {
  const { level, minCount, vocabulary: most } = settings
  const lengths = Float64Array.from(tokens, ({ length }) => length).sort()
  const usual = lengths[Math.ceil(0.99 * lengths.length) - 1]
  const maxLength = settings.maxLength ?? Math.min(usual, MOST_BY_DEFAULT)
  const vocabulary = vocabularyOf(tokens, { minCount, most })
  const known = new Set(vocabulary)
  const classCounts = classes.map(() => 0)
  let [total, strange, cut] = [0, 0, 0]
  for (const [n, own] of tokens.entries()) {
    classCounts[train.labels[n]]++
    total += own.length
    if (own.length > maxLength) cut++
    for (const token of own) if (!known.has(token)) strange++
  }
  return {
    kind: 'text',
    columns,
    level,
    vocabulary,
    minCount,
    maxLength,
    unknownShare: strange / total,
    cutShare: cut / tokens.length,
    classCounts,
  }
}

/** Makes texts into the numbers that the model reads. */
export function preparer({ level, vocabulary, maxLength }: TextPreparation): (text: string) => number[] {
  const encode = encoderOf(vocabulary, maxLength)
  return (text) => encode(tokensOf(text, level, maxLength))
}

/**
 * What was done to this model's input.
 *
 * @throws TaskError for a model of another task
 */
export function preparationOf({ preparation }: Pick<Model, 'preparation'>): TextPreparation {
  if (isTextPreparation(preparation)) return preparation
  throw new TaskError(
    'expected a model that reads texts, received one whose file does not say how to prepare them. Train one: carousel train text.',
  )
}

/** Whether a file's words are such a preparation: a file may hold anything. */
export function isTextPreparation(value: unknown): value is TextPreparation {
  if (!isRecord(value)) return false
  const { kind, columns, level, vocabulary, minCount, maxLength, unknownShare, cutShare, classCounts } = value
  return (
    kind === 'text' &&
    (columns === null || areColumns(columns)) &&
    (level === 'word' || level === 'character') &&
    areTexts(vocabulary) &&
    [minCount, maxLength].every(isCount) &&
    [unknownShare, cutShare].every((share) => isNumber(share, 0)) &&
    Array.isArray(classCounts) &&
    classCounts.length > 1 &&
    classCounts.every((number) => isNumber(number, 0))
  )
}

const areColumns = (value: unknown): boolean => isRecord(value) && isText(value.text) && isText(value.label)

export function preparationInWords(preparation: TextPreparation, classes: readonly string[]): string[] {
  const { columns, level, vocabulary, minCount, maxLength, unknownShare, cutShare, classCounts } = preparation
  const isWord = level === 'word'
  const unit: readonly [string, string] = isWord ? ['word', 'words'] : ['character', 'characters']
  return [
    ...(columns ? [`Texts stood in the column '${columns.text}', their classes in '${columns.label}'.`] : []),
    isWord
      ? 'A text in lower case is cut into words and other signs (Chinese and the like by Intl.Segmenter), each a time step.'
      : 'A text in lower case is cut into characters, each a time step.',
    `Known are the ${several(vocabulary.length, ...unit)} that occur at least ${several(minCount, 'time')} in the training part; ` +
      `all others are read as one unknown (${percent(unknownShare, 1)} of that part).`,
    `Of longer texts the first ${several(maxLength, ...unit)} are read (${percent(cutShare, 1)} of the training part is longer).`,
    `Texts to learn from: ${classCounts.map((number, index) => `${classes[index]} ${count(number)}`).join(', ')}.`,
  ]
}
