import type { Model } from '@carousel/core'
import { isNumber, isRecord } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { count } from '../report/format.ts'
import { areFeatureSettings, type FeatureSettings, Featuriser, featuresAt, featuresOf } from './features.ts'
import type { SpeechData } from './load.ts'
import type { SpeechSettings } from './settings.ts'
import { type HowSplit, SPLITS_BY } from './split.ts'
import type { Sound } from './wav.ts'

// A type, not an interface, so that it counts as JSON.

/** All that is done to sound before a network reads it: kept in the model's file. */
export type SpeechPreparation = {
  kind: 'speech'
  version: 1
  features: FeatureSettings
  /** Of each band, over all steps of the training part. */
  mean: number[]
  deviation: number[]
  split: HowSplit
}

/** One recording as a network reads it. */
export interface Steps {
  shape: [steps: number, bands: number]
  data: Float32Array
}

/** Decided by the training part alone. */
export function preparationFor(
  { train, rate, how }: Pick<SpeechData, 'train' | 'rate' | 'how'>,
  { bands }: Pick<SpeechSettings, 'bands'>,
): SpeechPreparation {
  const features = featuresAt(rate, bands)
  const featuriser = new Featuriser(features)
  const sum = new Float64Array(bands)
  const squares = new Float64Array(bands)
  let steps = 0
  for (const { sound } of train) {
    const values = featuresOf(sound.samples, featuriser)
    for (let at = 0; at < values.length; at++) {
      sum[at % bands] += values[at]
      squares[at % bands] += values[at] * values[at]
    }
    steps += values.length / bands
  }
  const mean = Array.from(sum, (total) => total / steps)
  const deviation = mean.map((value, band) =>
    // A band in which nothing ever happens stays as it is.
    Math.max(1e-3, Math.sqrt(Math.max(0, squares[band] / steps - value * value))),
  )
  return { kind: 'speech', version: 1, features, mean, deviation, split: how }
}

/**
 * How the sound for this model is prepared.
 *
 * @throws TaskError for a model of another task
 */
export function preparationOf({
  preparation,
  labels,
}: Pick<Model, 'preparation' | 'labels'>): SpeechPreparation {
  if (isSpeechPreparation(preparation) && labels) return preparation
  throw new TaskError(
    "expected a model of 'carousel train speech', received one that was made for something else: its file does not say how sound is prepared.",
  )
}

/** Whether a file's words are such a preparation: a file may hold anything. */
export function isSpeechPreparation(value: unknown): value is SpeechPreparation {
  if (!isRecord(value)) return false
  const { kind, version, features, mean, deviation, split } = value
  return (
    kind === 'speech' &&
    version === 1 &&
    areFeatureSettings(features) &&
    areOf(features.bands, mean, Number.NEGATIVE_INFINITY) &&
    areOf(features.bands, deviation, Number.MIN_VALUE) &&
    isRecord(split) &&
    SPLITS_BY.some((by) => by === split.by) &&
    typeof split.words === 'string'
  )
}

const areOf = (length: number, values: unknown, least: number): boolean =>
  Array.isArray(values) && values.length === length && values.every((value) => isNumber(value, least))

/** Each band minus its mean, over its deviation; in place. */
export function scale(features: Float32Array, { mean, deviation }: SpeechPreparation): Float32Array {
  const bands = mean.length
  for (let at = 0; at < features.length; at++) {
    features[at] = (features[at] - mean[at % bands]) / deviation[at % bands]
  }
  return features
}

/** Makes recordings into what a network reads. */
export function preparer(preparation: SpeechPreparation): (sound: Pick<Sound, 'samples'>) => Steps {
  const featuriser = new Featuriser(preparation.features)
  const { bands } = preparation.features
  return ({ samples }) => stepsOf(scale(featuresOf(samples, featuriser), preparation), bands)
}

export const stepsOf = (data: Float32Array, bands: number): Steps => ({
  shape: [data.length / bands, bands],
  data,
})

export function preparationInWords({ features, split }: SpeechPreparation): string[] {
  const { rate, window, hop, bands } = features
  const milliseconds = (samples: number) =>
    `${count(samples)} samples (${((samples / rate) * 1000).toFixed(1)} ms)`
  return [
    `sound of one channel (others are averaged) at ${count(rate)} samples a second (others are resampled)`,
    `windows of ${milliseconds(window)}, one every ${milliseconds(hop)}`,
    `of each the logarithms of the energies in ${bands} mel bands`,
    'each band minus its mean, over its deviation: both measured on the training part alone',
    `split: ${split.words}`,
  ]
}
