import type { Model } from '@carousel/core'
import { type Ranked, ranked } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { preparationOf, preparer } from './preparation.ts'
import { heardIn } from './recordings.ts'
import { resample } from './resample.ts'
import { checkRate, plausible, type Sound } from './wav.ts'

/** What a model takes a recording for. */
export type Answer = Ranked

/**
 * What a model takes recordings for, each alone. The model's own file says how sound is prepared.
 *
 * @throws TaskError where the model is none of speech
 */
export async function classify(model: Model, sounds: readonly Sound[]): Promise<Answer[]> {
  const preparation = preparationOf(model)
  const prepare = preparer(preparation)
  const answers: Answer[] = []
  for (const { rate, samples } of sounds) {
    checkRate(rate)
    if (samples.length === 0) throw new TaskError('samples: expected sound, received none.')
    plausible(samples, 'samples')
    const { shape, data } = prepare({ samples: resample(samples, rate, preparation.features.rate) })
    const outputs = await model.predict({ shape: [1, ...shape], data })
    answers.push(ranked(model.labels ?? [], outputs.data))
  }
  return answers
}

/** What a model takes a WAV file for. */
export async function classifyWav(model: Model, bytes: Uint8Array, name: string): Promise<Answer> {
  preparationOf(model)
  const [answer] = await classify(model, [heardIn(bytes, name)])
  return answer
}
