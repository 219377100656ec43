import { isCount, isPart, isText, orNull } from '../checks.ts'
import { isEncoding } from '../encoding.ts'
import type { Defaults, Settings } from '../settings.ts'

/** What a text is cut into. */
export type Level = 'word' | 'character'

export type TextSettings = Settings & {
  /** Of tables and JSON lines, where the texts and their classes are; null: guessed, and told. */
  textColumn: string | null
  labelColumn: string | null
  /** Of the files, as `TextDecoder` names it. */
  encoding: string
  level: Level
  /** How often a word has to occur in the training part to be known. */
  minCount: number
  /** At most so many words are known, the most frequent ones. */
  vocabulary: number
  /** Tokens of a text that are read, from its start; null: as many as 99 in 100 training texts have, at most 512. */
  maxLength: number | null
  /** Size of a word's vector. */
  embedding: number
  /** Whether the loss counts every class alike, however rare, or every text. */
  classWeights: 'balanced' | 'none'
  /** The share of each class that is kept back to test on. */
  testShare: number
  /** The share of each class's training texts that only watches the training; 0: none. */
  validationShare: number
}

export const defaults: Defaults<TextSettings> = {
  cell: 'lstm',
  units: 64,
  dropout: 0.7,
  optimizer: 'adamw',
  learningRate: { sgd: 0.1, rmsprop: 0.001, adam: 0.002, adamw: 0.002 },
  batchSize: 32,
  epochs: 5,
  textColumn: null,
  labelColumn: null,
  encoding: 'utf-8',
  level: 'word',
  minCount: 2,
  vocabulary: 50_000,
  maxLength: null,
  embedding: 64,
  classWeights: 'balanced',
  testShare: 0.1,
  validationShare: 0.05,
}

export function areOwn(options: Readonly<Record<string, unknown>>): boolean {
  const { textColumn, labelColumn, encoding, level, minCount, vocabulary, maxLength, embedding } = options
  const { classWeights, testShare, validationShare } = options
  return (
    [textColumn, labelColumn].every(orNull(isText)) &&
    isText(encoding) &&
    isEncoding(encoding) &&
    (level === 'word' || level === 'character') &&
    [minCount, vocabulary, maxLength ?? 1, embedding].every(isCount) &&
    (classWeights === 'balanced' || classWeights === 'none') &&
    isPart(testShare) &&
    (validationShare === 0 || isPart(validationShare))
  )
}
