import { describe, expect, it } from 'vitest'
import { dense } from '../layers/dense.ts'
import { lstm } from '../layers/lstm.ts'
import { Sequential } from '../model/sequential.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'

describe.each(ENGINES)('a metric on $name', ({ engine }) => {
  it('counts the steps of sequences that differ in length, and no padding', async () => {
    const model = new Sequential(
      [
        lstm({ units: 3, returnSequences: true, inputShape: [null, 2] }),
        dense({ units: 1, activation: 'sigmoid' }),
      ],
      { engine, seed: 1 },
    )
    model.compile({
      loss: 'mse',
      metrics: ['truePositives', 'trueNegatives', 'falsePositives', 'falseNegatives'],
    })
    const lengths = [4, 1, 3]
    const x = lengths.map((length, i) => numbers([length, 2], i))
    const y = lengths.map((length, i) => ({
      shape: [length, 1],
      data: numbers([length], i + 9).data.map((value) => Number(value > 0)),
    }))
    const together = await model.evaluate(x, y)
    const { loss: _, ...counts } = together
    expect(Object.values(counts).reduce((a, b) => a + b)).toBe(8)
    for (const name of Object.keys(counts)) {
      let sum = 0
      for (const [i, { shape, data }] of x.entries()) {
        const one = { shape: [1, ...shape], data }
        sum += (await model.evaluate(one, { shape: [1, ...y[i].shape], data: y[i].data }))[name]
      }
      expect(together[name], name).toBe(sum)
    }
  })
})
