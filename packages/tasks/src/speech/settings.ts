import { isCount, isPart, isText, orNull } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { complete, type Defaults, type Settings } from '../settings.ts'
import { isBandCount } from './features.ts'
import { isRate } from './wav.ts'

// A type, not an interface, so that it counts as JSON.

export type SpeechSettings = Settings & {
  /** Recurrent layers, one upon the other. */
  layers: number
  /** Mel bands. */
  bands: number
  /** Samples a second; null: as most recordings of the training part have, at most 16,000. */
  rate: number | null
  /** Whether recordings are changed a little each time they are learned from. */
  augment: boolean
  /** The share of each class that is kept back; null: by the names, where they tell, else 10 %. */
  testShare: number | null
  /** A speaker of whom nothing is learned. */
  holdOutSpeaker: string | null
}

export const defaults: Defaults<SpeechSettings> = {
  cell: 'lstm',
  units: 128,
  layers: 2,
  dropout: 0.2,
  optimizer: 'adam',
  learningRate: { sgd: 0.1, rmsprop: 0.001, adam: 0.004, adamw: 0.004 },
  batchSize: 32,
  epochs: 30,
  bands: 40,
  rate: null,
  augment: true,
  testShare: null,
  holdOutSpeaker: null,
}

/**
 * Whole settings of those that are given.
 *
 * @throws TaskError that names one which there is not, which has no such value, or which would mean nothing
 */
export function settingsOf(given: Partial<SpeechSettings>): SpeechSettings {
  const settings = complete(defaults, given, areOwn)
  const { testShare, holdOutSpeaker } = settings
  if (testShare !== null && holdOutSpeaker !== null) {
    throw new TaskError(
      `testShare: expected none where a speaker is held out, as all that ${holdOutSpeaker} says is the test, received ${testShare}. Leave out --test-share, or --hold-out-speaker.`,
    )
  }
  return settings
}

const isWholeRate = (rate: unknown): rate is number => isCount(rate) && isRate(rate)

/** Whether a file's words are this task's own settings. */
export function areOwn(options: Readonly<Record<string, unknown>>): boolean {
  const { layers, bands, rate, augment, testShare, holdOutSpeaker } = options
  return (
    isCount(layers) &&
    layers <= 16 &&
    isBandCount(bands) &&
    orNull(isWholeRate)(rate) &&
    typeof augment === 'boolean' &&
    orNull(isPart)(testShare) &&
    orNull(isText)(holdOutSpeaker)
  )
}
