import { areTexts, isCount, isNumber, isRecord } from '../checks.ts'
import { count, percent, several } from '../report/format.ts'
import type { TextData } from './data.ts'
import type { Level, TextSettings } from './settings.ts'
import { tokensOf } from './tokens.ts'
import { type Encoder, encoderOf, vocabularyOf } from './vocabulary.ts'

/** What is done to a text before the model reads it: all that is needed to do it again, kept as JSON in the file. */
export type TextPreparation = {
  kind: 'text'
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

const mostByDefault = 512

/** Decided by the training part alone. */
export function preparationFor({ train, classes }: TextData, settings: TextSettings): TextPreparation {
  const { level, minCount, vocabulary: most } = settings
  const texts = train.texts.map((text) => tokensOf(text, level))
  const lengths = Float64Array.from(texts, ({ length }) => length).sort()
  const usual = lengths[Math.ceil(0.99 * lengths.length) - 1]
  const maxLength = settings.maxLength ?? Math.min(usual, mostByDefault)
  const vocabulary = vocabularyOf(texts, { minCount, most })
  const known = new Set(vocabulary)
  const tokens = texts.flat()
  return {
    kind: 'text',
    level,
    vocabulary,
    minCount,
    maxLength,
    unknownShare: tokens.filter((token) => !known.has(token)).length / tokens.length,
    cutShare: texts.filter(({ length }) => length > maxLength).length / texts.length,
    classCounts: classes.map((_, index) => train.labels.filter((label) => label === index).length),
  }
}

/** Texts as the numbers that the model reads. */
export function encode(
  texts: readonly string[],
  { level, vocabulary, maxLength }: TextPreparation,
): number[][] {
  const encoder: Encoder = encoderOf(vocabulary, maxLength)
  return texts.map((text) => encoder(tokensOf(text, level)))
}

/** Whether a file's words are such a preparation: a file may hold anything. */
export function isTextPreparation(value: unknown): value is TextPreparation {
  if (!isRecord(value)) return false
  const { kind, level, vocabulary, minCount, maxLength, unknownShare, cutShare, classCounts } = value
  return (
    kind === 'text' &&
    (level === 'word' || level === 'character') &&
    areTexts(vocabulary) &&
    [minCount, maxLength].every(isCount) &&
    [unknownShare, cutShare].every((share) => isNumber(share, 0)) &&
    Array.isArray(classCounts) &&
    classCounts.length > 1 &&
    classCounts.every((number) => isNumber(number, 0))
  )
}

export function preparationInWords(preparation: TextPreparation, classes: readonly string[]): string[] {
  const { level, vocabulary, minCount, maxLength, unknownShare, cutShare, classCounts } = preparation
  const isWord = level === 'word'
  const unit: readonly [string, string] = isWord ? ['word', 'words'] : ['character', 'characters']
  return [
    isWord
      ? 'A text in lower case is cut into words and other signs (Chinese and the like by Intl.Segmenter), each a time step.'
      : 'A text in lower case is cut into characters, each a time step.',
    `Known are the ${several(vocabulary.length, ...unit)} that occur at least ${several(minCount, 'time')} in the training part; ` +
      `all others are read as one unknown (${percent(unknownShare, 1)} of that part).`,
    `Of longer texts the first ${several(maxLength, ...unit)} are read (${percent(cutShare, 1)} of the training part is longer).`,
    `Texts to learn from: ${classCounts.map((number, index) => `${classes[index]} ${count(number)}`).join(', ')}.`,
  ]
}
