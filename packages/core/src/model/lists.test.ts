import { describe, expect, it } from 'vitest'
import { wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import { numbers } from '../testing/data.ts'
import { model } from './functional.ts'

const engine = wasm({ threads: 1 })

describe('an only input or output may stand in a list, as in Keras', () => {
  const start = input({ shape: [null, 3] })
  const state = layers.gru({ units: 2 }).apply(start)
  const made = model({ inputs: [start], outputs: [state], seed: 1, engine })
  made.compile({ optimizer: 'sgd', loss: 'mse' })
  const [given, labels] = [numbers([4, 5, 3]), numbers([4, 2], 2)]

  it('as a tensor or in nested arrays', async () => {
    const [plain] = await made.predict(given)
    const nested = Array.from({ length: 4 }, (_, row) =>
      Array.from({ length: 5 }, (_, step) => [
        ...given.data.subarray((row * 5 + step) * 3, (row * 5 + step + 1) * 3),
      ]),
    )
    expect(await made.predict([given])).toEqual([plain])
    expect(await made.predict([nested])).toEqual([plain])
    const weights = new Float32Array([1, 2, 3, 4])
    const figures = await made.evaluate(given, labels, { sampleWeight: weights })
    expect(await made.evaluate([given], [labels], { sampleWeight: [weights] })).toEqual(figures)
  })

  it('but a list of one sequence is one sample', async () => {
    const one = { shape: [5, 3], data: given.data.slice(0, 15) }
    const [row] = await made.predict({ shape: [1, 5, 3], data: one.data })
    expect(await made.predict([one])).toEqual([row])
    expect(await made.evaluate([one], [[0.5, 0.25]])).toEqual(
      await made.evaluate(
        { shape: [1, 5, 3], data: one.data },
        { shape: [1, 2], data: new Float32Array([0.5, 0.25]) },
      ),
    )
  })

  it('and one that fits nothing is refused as it stands', async () => {
    await expect(made.evaluate(given, [numbers([3, 2])])).rejects.toThrow(/holds 1 samples, x holds 4/)
  })
})
