// Another task in small, the same in Node and in a page: recordings are read, learned and heard.
import { loadModel, wasm } from '@carousel/core'
import { filesOf, speech, train } from '@carousel/tasks'
import { recordings, sayWord } from '../documents/sounds.ts'

export interface WordsResult {
  readonly arithmetic: string
  /** Of weights that were learned from augmented recordings: their features have the same bits, too. */
  readonly weightsSha256: string | null
  readonly accuracy: number | null
  readonly heard: readonly string[]
}

export async function learnWords({
  kernels,
}: {
  kernels: 'auto' | 'simd' | 'relaxed'
}): Promise<WordsResult> {
  const files = filesOf(recordings(12).map(({ name, bytes }) => new File([bytes], name)))
  const settings = speech.task.settings({
    units: 16,
    layers: 1,
    bands: 16,
    epochs: 40,
    learningRate: 0.02,
    seed: 1,
  })
  const data = await speech.task.load(files, 'made up', settings)
  const engine = wasm({ kernels })
  const job = await speech.task.begin(data, settings, engine)
  await train(job)
  const { metrics } = await job.score()
  const model = await loadModel(await job.model.saveBytes(), { engine })
  const ear = await speech.listener(model, { pause: 0.3 })
  const silence = new Float32Array(4000)
  const heard = [sayWord('yes', 20), silence, sayWord('no', 21), silence].flatMap((sound) => ear.push(sound))
  return {
    arithmetic: await model.arithmetic(),
    weightsSha256: await model.weightsSha256(),
    accuracy: metrics.accuracy,
    heard: heard.filter(({ ended }) => ended).map(({ answer }) => answer[0].label),
  }
}
