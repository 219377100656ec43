import { describe, expect, it } from 'vitest'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { type GoldenTensor, goldenCases, tensorOf } from '../testing/golden.ts'
import { gradientsOf, modelOf } from '../testing/jobs.ts'

interface Trained {
  readonly history: { readonly loss: readonly number[] }
  readonly weights: Readonly<Record<string, GoldenTensor>>
}

/** Keras computes this regularizer in float32 alone. */
const TOLERANCE = 3e-6

describe.each(ENGINES)('the orthogonal regularizer on $name, against Keras', ({ engine }) => {
  it.each(goldenCases('orthogonal-penalties'))('$name', async ({ job, answer }) => {
    const { history, weights } = answer.training as unknown as Trained
    const { x, y, epochs, batchSize } = job
    const model = await modelOf(job, engine)
    const found = await model.fit(tensorOf(x), tensorOf(y), { epochs, batchSize, shuffle: false })
    expectNear(found.history.loss, history.loss, TOLERANCE, 'losses')
    for (const [index, { data }] of (await model.getWeights()).entries())
      expectNear(data, weights[model.weightNames[index]].data, TOLERANCE, model.weightNames[index])

    const gradients = await gradientsOf(job, engine)
    for (const [path, { data }] of Object.entries(answer.gradients?.weights ?? {}))
      expectNear(gradients.weights[path], data, TOLERANCE, path)
  })
})

it('the orthogonal regularizer is for matrices', async () => {
  const model = sequential([
    layers.dense({ units: 2, inputShape: [3], biasRegularizer: 'orthogonalRegularizer' }),
  ])
  model.compile({ loss: 'meanSquaredError' })
  await expect(model.fit(numbers([4, 3], 1), numbers([4, 2], 2))).rejects.toThrow(
    /the regularizer OrthogonalRegularizer is for matrices; got a weight or an output of another kind/,
  )
})
