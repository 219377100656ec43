import { describe, expect, it } from 'vitest'
import { expectNear } from '../testing/compare.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, goldenCases, tensorOf } from '../testing/golden.ts'
import { gradientsOf, modelOf } from '../testing/jobs.ts'

interface Answer {
  readonly evaluation: { readonly loss: number }
  readonly training: {
    readonly history: { readonly loss: readonly number[] }
    readonly weights: Readonly<Record<string, GoldenTensor>>
  }
}

describe.each(ENGINES)('regularizers and constraints on $name, against Keras', ({ engine, name: on }) => {
  const float32 = on === 'reference' ? 0 : 1

  it.each(goldenCases('penalties', 'recurrent-penalties'))(
    '$name',
    async ({ job, answer, float32Deviation }) => {
      const { evaluation, training } = answer as unknown as Answer
      const { x, y, epochs, batchSize } = job
      const tolerance = 2e-7 + 4 * float32 * (float32Deviation.training ?? 0)
      const model = await modelOf(job, engine)
      const { loss } = await model.evaluate(tensorOf(x), tensorOf(y), { batchSize })
      expect(Math.abs(loss - evaluation.loss) / evaluation.loss).toBeLessThan(tolerance + 1e-6 * float32)

      const { history } = await model.fit(tensorOf(x), tensorOf(y), { epochs, batchSize, shuffle: false })
      expectNear(history.loss, training.history.loss, tolerance + 1e-6 * float32, 'losses')
      for (const [index, { data }] of (await model.getWeights()).entries()) {
        const path = model.weightNames[index]
        expectNear(data, training.weights[path].data, tolerance + 1e-6 * float32, path)
      }

      const gradients = await gradientsOf(job, engine)
      const wanted = answer.gradients?.weights ?? {}
      for (const [path, { data }] of Object.entries(wanted))
        expectNear(
          gradients.weights[path],
          data,
          2e-7 + 4 * float32 * (float32Deviation.gradients ?? 0),
          path,
        )
    },
  )
})
