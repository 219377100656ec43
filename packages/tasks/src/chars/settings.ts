import { isCount, isPart, isText } from '../checks.ts'
import { isEncoding } from '../encoding.ts'
import { TaskError } from '../errors.ts'
import { complete, type Defaults, type Settings } from '../settings.ts'

/** What the model reads and writes one of at a time. */
export type Unit = 'characters' | 'bytes'

export type CharsSettings = Settings & {
  unit: Unit
  /** Of the file, as `TextDecoder` names it; bytes are taken as they are. */
  encoding: string
  /** Recurrent layers, one above the other. */
  layers: number
  /** Size of a character's vector. */
  embedding: number
  /** Characters of a window: as far back as gradients go. States go on from window to window. */
  steps: number
  /** The share of the text, its end, that is kept back to test on. */
  testShare: number
}

export const defaults: Defaults<CharsSettings> = {
  cell: 'lstm',
  units: 512,
  dropout: 0.4,
  optimizer: 'adam',
  learningRate: { sgd: 1, rmsprop: 0.001, adam: 0.003, adamw: 0.003 },
  batchSize: 32,
  epochs: 12,
  unit: 'characters',
  encoding: 'utf-8',
  layers: 1,
  embedding: 64,
  steps: 64,
  testShare: 0.1,
}

/**
 * Whole settings of those that are given.
 *
 * @throws TaskError that names one which there is not, which has no such value, or which would mean nothing
 */
export function settingsOf(given: Partial<CharsSettings>): CharsSettings {
  const settings = complete(defaults, given, areOwn)
  if (settings.unit === 'bytes' && settings.encoding !== defaults.encoding) {
    throw new TaskError(
      `encoding: expected none where the unit is bytes, which are read as they are, received '${settings.encoding}'. Leave out --encoding, or --unit bytes.`,
    )
  }
  return settings
}

export function areOwn(options: Readonly<Record<string, unknown>>): boolean {
  const { unit, encoding, layers, embedding, steps, testShare } = options
  return (
    (unit === 'characters' || unit === 'bytes') &&
    isText(encoding) &&
    isEncoding(encoding) &&
    [layers, embedding, steps].every(isCount) &&
    isPart(testShare)
  )
}

/** 1 character, 2 characters; 1 byte, 2 bytes */
export const wordsOf = (unit: Unit): readonly [one: string, many: string] =>
  unit === 'bytes' ? ['byte', 'bytes'] : ['character', 'characters']
