import { generator, seedOf } from '../random.ts'
import { augmentSound, colourFeatures, maskFeatures } from './augment.ts'
import { Featuriser, featuresOf } from './features.ts'
import { type SpeechPreparation, type Steps, scale, stepsOf } from './preparation.ts'
import type { Recording } from './recordings.ts'
import type { SpeechSettings } from './settings.ts'

/**
 * What an epoch learns from: the recordings, each changed a little, as (seed, epoch, recording) have it; null where the
 * signal says to stop.
 */
export async function stepsOfEpoch(
  epoch: number,
  train: readonly Recording[],
  preparation: SpeechPreparation,
  { augment, seed }: Pick<SpeechSettings, 'augment' | 'seed'>,
  signal: AbortSignal | undefined,
): Promise<Steps[] | null> {
  const { bands } = preparation.features
  const featuriser = new Featuriser(preparation.features)
  const steps: Steps[] = []
  for (const [n, { sound }] of train.entries()) {
    const random = generator(seedOf(seed, epoch, n))
    const samples = augment ? augmentSound(sound, random) : sound.samples
    const features = featuresOf(samples, featuriser)
    if (augment) colourFeatures(features, bands, random)
    scale(features, preparation)
    if (augment) maskFeatures(features, bands, random)
    steps.push(stepsOf(features, bands))
    // Timers and signals get their turn.
    if (n % 32 === 31) await new Promise((resolve) => setTimeout(resolve))
    if (signal?.aborted) return null
  }
  return steps
}
