import type { Model } from '@carousel/core'
import { checkNames, isText } from '../checks.ts'
import { TaskError } from '../errors.ts'
import { generator } from '../random.ts'
import { likeliest } from '../report/classification.ts'
import { pauses } from './pause.ts'
import { type CharsPreparation, encode, encodePrompt, preparationOf, sizeOf, UNKNOWN } from './preparation.ts'
import { checkSampling, pick, SAMPLING, type SamplingOptions } from './sample.ts'
import { codePointsOf } from './units.ts'

export interface GenerateOptions extends SamplingOptions {
  /** What the text begins with; the model reads it and goes on. */
  prompt?: string
  /** Characters (or bytes) to write, beyond the prompt. Default 500. */
  length?: number
  /** The same seed gives the same text. Default 0. */
  seed?: number
  signal?: AbortSignal
}

/**
 * Writes on from a prompt, character by character as they come; of bytes, each character when its last byte has come, and
 * U+FFFD for what is no UTF-8.
 *
 * @throws TaskError where an option has no such value, the model writes no texts, or does not know a character of the prompt; the signal's reason
 */
export async function* generate(model: Model, options: GenerateOptions = {}): AsyncGenerator<string> {
  checkNames(options, ['prompt', 'length', 'seed', 'signal', ...SAMPLING])
  const { prompt = '', length = 500, seed = 0, signal, ...sampling } = options
  checkSampling(sampling)
  if (!isText(prompt)) throw new TaskError(`prompt: expected a text, received ${prompt}.`)
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TaskError(`seed: expected a whole number of at least 0, received ${seed}.`)
  }
  if (typeof length !== 'number' || !(length >= 0))
    throw new TaskError(`length: expected a number of at least 0, received ${length}.`)
  const preparation = preparationOf(model)
  const random = generator(seed)
  const decoder = new TextDecoder()
  const stream = await model.stream()
  const pause = pauses(signal)
  const outputs = new Float32Array(sizeOf(preparation))
  const begin = prompt === '' ? beginning(preparation) : encodePrompt(prompt, preparation)
  for (const id of begin) {
    stream.push(id, outputs)
    await pause()
  }
  for (let written = 0; written < length; written++) {
    signal?.throwIfAborted()
    if (!outputs.every(Number.isFinite)) {
      throw new TaskError('expected finite probabilities, received NaN or infinity. The model is damaged.')
    }
    if (preparation.unit === 'characters') outputs[UNKNOWN] = 0
    const id = pick(outputs, sampling, random)
    const text =
      preparation.unit === 'bytes'
        ? decoder.decode(Uint8Array.of(id), { stream: true })
        : preparation.alphabet[id - 1]
    if (text !== '') yield text
    stream.push(id, outputs)
    await pause()
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

/** Where nothing is given, a text begins as after the end of a line; where there are no lines, as after the commonest. */
function beginning(preparation: CharsPreparation): Int32Array {
  const { unit, counts } = preparation
  const [end] = encode(unit === 'bytes' ? Uint8Array.of(10) : codePointsOf(['\n']), preparation)
  return Int32Array.of(counts[end] > 0 ? end : likeliest(counts, counts.length)[0])
}
