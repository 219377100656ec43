import { open } from 'node:fs/promises'
import { type Engine, loadModel, type Model } from '@carousel/core'
import { Failure } from '../errors.ts'
import { type EngineOptions, openEngine } from '../runtime.ts'

/** Loads a model onto this process's engine. */
export const openModel = (file: string, options: EngineOptions): Promise<Model> =>
  modelIn(file, openEngine(options))

/** Loads a model onto an engine. What is no model at all is told apart from a damaged one. */
export async function modelIn(file: string, engine: Engine): Promise<Model> {
  try {
    return await loadModel(file, { engine })
  } catch (error) {
    if ((await beginsAsModel(file).catch(() => undefined)) === false) {
      throw new Failure(
        `${file}: expected the file of a trained model, received one with something else in it. ` +
          'Is it the data? The model comes first, and the data after it.',
        { cause: error },
      )
    }
    const cause = error instanceof Error && error.cause
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw error
    throw new Failure(
      `${file}: expected the file of a trained model, received none. Is the name right? ` +
        "'npx carousel train' makes one.",
      { cause },
    )
  }
}

/** Whether a file is a model's by its first bytes, as those of safetensors: 8 of a header's length, then its brace. */
export async function beginsAsModel(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const start = Buffer.alloc(9)
    const { bytesRead } = await handle.read(start)
    return (
      bytesRead === start.length && start.readBigUInt64LE() < 2n ** 32n && start.toString('latin1', 8) === '{'
    )
  } finally {
    await handle.close()
  }
}

/** The steps to try a model with that reads sequences of any length. */
export const stepsToTry = 50

/** What `explain` has to be told of such a model. */
export const timeOf = ({ inputShape }: Model): { time?: number } =>
  inputShape?.[0] === null ? { time: stepsToTry } : {}

/** The shape of one sample: what a model reads, without the batch. */
export function sampleShape({ name, inputShape }: Model): readonly number[] {
  return (inputShape ?? []).map((size) => {
    if (size !== null) return size
    throw new Failure(
      `model '${name}': expected samples of one shape, received [${inputShape?.map((dim) => dim ?? 'any').join(', ')}]. ` +
        'Use it in a program: loadModel(path), then model.predict(samples).',
    )
  })
}
