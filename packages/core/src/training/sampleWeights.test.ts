import { expect, it } from 'vitest'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'

const [N, T, K] = [3, 4, 2]

it.each(ENGINES)(
  'weights of every entry of steps that have axes of their own, on $name',
  async ({ engine }) => {
    const model = sequential([layers.dense({ units: 2, inputShape: [T, K, 3] })], { engine, seed: 1 })
    model.compile({ loss: 'mse', optimizer: 'sgd' })
    const [x, y, w] = [numbers([N, T, K, 3], 1), numbers([N, T, K, 2], 2), numbers([N, T, K], 3)]
    const sampleWeight = { ...w, data: w.data.map(Math.abs) }
    const { data } = await model.predict(x)
    let expected = 0
    for (const [i, weight] of sampleWeight.data.entries())
      for (let n = 0; n < 2; n++) expected += (weight * (data[2 * i + n] - y.data[2 * i + n]) ** 2) / 2
    const { loss } = await model.evaluate(x, y, { sampleWeight, batchSize: 2 })
    // over all batches, each counts by its rows
    expect(loss).toBeCloseTo(expected / (N * T * K), 5)
  },
)
