import type { Json } from '@carousel/core'
import { isNumber, isRecord } from '../checks.ts'
import { count } from '../report/format.ts'
import { areFeatureSettings, type FeatureSettings, Featuriser, featuresOf } from './features.ts'
import type { Recording } from './recordings.ts'
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
  /** For people: how the recordings were split. */
  split: string
}

/** One recording as a network reads it. */
export interface Steps {
  shape: [steps: number, bands: number]
  data: Float32Array
}

/** The preparation for what is learned from: nothing else may have a say in it. */
export function preparationFor(
  train: readonly Recording[],
  features: FeatureSettings,
  split: string,
): SpeechPreparation {
  const { bands } = features
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
  return { kind: 'speech', version: 1, features, mean, deviation, split }
}

/** Is this a whole preparation of speech? A file may hold anything. */
export function isSpeechPreparation(value: Json): value is SpeechPreparation {
  if (!isRecord(value)) return false
  const { kind, version, features, mean, deviation, split } = value
  return (
    kind === 'speech' &&
    version === 1 &&
    areFeatureSettings(features) &&
    areOf(features.bands, mean, Number.NEGATIVE_INFINITY) &&
    areOf(features.bands, deviation, Number.MIN_VALUE) &&
    typeof split === 'string'
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
  return ({ samples }) => asSteps(scale(featuresOf(samples, featuriser), preparation), preparation)
}

export const asSteps = (data: Float32Array, { features: { bands } }: SpeechPreparation): Steps => ({
  shape: [data.length / bands, bands],
  data,
})

export function inWords({ features, split }: SpeechPreparation): string[] {
  const { rate, window, hop, bands } = features
  const milliseconds = (samples: number) =>
    `${count(samples)} samples (${((samples / rate) * 1000).toFixed(1)} ms)`
  return [
    `sound of one channel (others are averaged) at ${count(rate)} samples a second (others are resampled)`,
    `windows of ${milliseconds(window)}, one every ${milliseconds(hop)}`,
    `of each the logarithms of the energies in ${bands} mel bands`,
    'each band minus its mean, over its deviation: both measured on the training part alone',
    `split: ${split}`,
  ]
}
