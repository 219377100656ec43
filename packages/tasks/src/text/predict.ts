import type { Model } from '@carousel/core'
import { areTexts } from '../checks.ts'
import { type Ranked, ranked } from '../classes.ts'
import { TaskError } from '../errors.ts'
import { preparationOf, preparer } from './preparation.ts'
import { UNKNOWN } from './vocabulary.ts'

/** The probabilities of the model's classes, [texts, classes], of texts as the numbers that it reads. */
export async function probabilitiesOf(
  model: Model,
  texts: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<Float32Array> {
  if (texts.length === 0) return new Float32Array(0)
  const { data } = await model.predict(texts, { batchSize: 250, signal })
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

export type Predictor = (texts: readonly string[], signal?: AbortSignal) => Promise<Prediction[]>

/**
 * Tells the class of each text, call after call: the model's words are taken up once.
 *
 * @returns throws TaskError where a text is blank: there is nothing to tell a class from
 * @throws TaskError for a model of another task
 */
export function predictor(model: Model): Predictor {
  const prepare = preparer(preparationOf(model))
  const labels = model.labels ?? []
  return async (texts, signal) => {
    refuseBlank(texts)
    const known = texts.map(prepare)
    const outputs = await probabilitiesOf(model, known, signal)
    return texts.map((text, n) => {
      const top = ranked(labels, outputs.subarray(n * labels.length, (n + 1) * labels.length))
      return { text, ...top[0], top, unknownShare: unknownShareOf(known[n]) }
    })
  }
}

/** The class of each text, of a `predictor` that is used once. */
export async function predict(
  model: Model,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<Prediction[]> {
  return predictor(model)(texts, signal)
}

function refuseBlank(texts: readonly string[]): void {
  if (!areTexts(texts)) {
    throw new TaskError(
      `texts: expected a list of texts, such as ['a film to remember'], received another value.`,
    )
  }
  const blank = texts.findIndex((text) => text.trim() === '')
  if (blank < 0) return
  throw new TaskError(`text ${blank + 1}: expected words, received none. Leave blank texts out.`)
}

const unknownShareOf = (numbers: readonly number[]): number =>
  numbers.filter((number) => number === UNKNOWN).length / numbers.length
