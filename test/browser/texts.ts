// A task in small, the same in Node and in a page: texts of two files are read, split, learned and told apart.
import { wasm } from '@carousel/core'
import { filesOf, text, train } from '@carousel/tasks'

export interface TextsResult {
  readonly arithmetic: string
  readonly weightsSha256: string | null
  readonly sha256: readonly string[]
  readonly accuracy: number | null
  readonly predicted: readonly string[]
}

export async function learnTexts({
  kernels,
}: {
  kernels: 'auto' | 'simd' | 'relaxed'
}): Promise<TextsResult> {
  const lines = (words: readonly string[]) =>
    Array.from({ length: 100 }, (_, n) => `number ${n % 9} is ${words[n % words.length]}`)
  const files = filesOf([
    new File([lines(['fine', 'lovely']).join('\n')], 'good.txt'),
    new File([lines(['dull', 'tired', '很无聊']).join('\n')], 'bad.txt'),
  ])
  const settings = text.task.settings({ units: 8, embedding: 16, dropout: 0.1, learningRate: 0.03, seed: 1 })
  const data = await text.task.load(files, 'made up', settings)
  const job = await text.task.begin(data, settings, wasm({ kernels }))
  await train(job)
  const { metrics } = await job.score()
  const predictions = await text.predict(job.model, ['a lovely number', 'so dull', '很无聊'])
  return {
    arithmetic: await job.model.arithmetic(),
    weightsSha256: await job.model.weightsSha256(),
    sha256: data.identity.sha256,
    accuracy: metrics.accuracy,
    predicted: predictions.map(({ label }) => label),
  }
}
