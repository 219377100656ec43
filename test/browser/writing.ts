// A text in small, the same in Node and in a page: it is read by windows that carry states, learned and written on.
import { wasm } from '@carousel/core'
import { chars, filesOf, train } from '@carousel/tasks'

export interface WritingResult {
  readonly arithmetic: string
  readonly weightsSha256: string | null
  readonly metrics: object
  readonly baselines: object
  readonly written: string
}

export async function learnWriting({
  kernels,
}: {
  kernels: 'auto' | 'simd' | 'relaxed'
}): Promise<WritingResult> {
  const line = 'The moon is but a painted lamp, 月亮,\nand we are shadows that it throws.\n'
  const files = filesOf([new File([line.repeat(40)], 'poem.txt')])
  const settings = chars.task.settings({
    units: 48,
    batchSize: 4,
    steps: 16,
    epochs: 20,
    learningRate: 0.01,
    seed: 1,
  })
  const data = await chars.task.load(files, 'poem.txt', settings)
  const job = await chars.task.begin(data, settings, wasm({ kernels }))
  await train(job)
  const { metrics, baselines } = await job.score()
  let written = ''
  for await (const piece of chars.generate(job.model, {
    prompt: 'The moon',
    length: 60,
    temperature: 0.3,
    seed: 1,
  }))
    written += piece
  return {
    arithmetic: await job.model.arithmetic(),
    weightsSha256: await job.model.weightsSha256(),
    metrics,
    baselines,
    written,
  }
}
