import type { Model } from '@carousel/core'
import { type Ranked, ranked } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { encode, preparationOf } from './preparation.ts'
import { unknown } from './vocabulary.ts'

/** The probabilities of the model's classes, [texts, classes]; no text may be blank. */
export async function probabilitiesOf(
  model: Model,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  if (texts.length === 0) return new Float32Array(0)
  const { data } = await model.predict(encode(texts, preparationOf(model)), { batchSize: 250, signal })
  return data
}

export interface Prediction {
  text: string
  label: string
  probability: number
  top: Ranked
  /** The share of the text's tokens that the model does not know. */
  unknownShare: number
}

/**
 * The class of each text.
 *
 * @throws TaskError where a text is blank: there is nothing to tell a class from
 */
export async function predict(
  model: Model,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Prediction[]> {
  const blank = texts.findIndex((text) => text.trim() === '')
  if (blank >= 0) {
    throw new TaskError(`text ${blank + 1}: expected words, received none. Leave blank texts out.`)
  }
  const outputs = await probabilitiesOf(model, texts, signal)
  const known = encode(texts, preparationOf(model))
  const labels = model.labels ?? []
  return texts.map((text, n) => {
    const top = ranked(labels, outputs.subarray(n * labels.length, (n + 1) * labels.length))
    const strange = known[n].filter((number) => number === unknown).length
    return { text, ...top[0], top, unknownShare: strange / known[n].length }
  })
}
