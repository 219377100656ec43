import { describe, expect, it } from 'vitest'
import type { Engine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers, oneHot, wholeNumbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { classifier } from '../testing/models.ts'
import { loadModel } from './load.ts'
import { sequential } from './sequential.ts'

const bits = (data: Float32Array) => new Uint32Array(data.slice().buffer)

/** Reads words, tells at every step which of 4 comes next. */
function tagger(engine: Engine) {
  const model = sequential(
    [
      layers.embedding({ inputDim: 11, outputDim: 6, inputShape: [null] }),
      layers.lstm({ units: 7, returnSequences: true, dropout: 0.1 }),
      layers.gru({ units: 5, returnSequences: true }),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
    { engine, seed: 4 },
  )
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

describe.each(ENGINES)('shapes on $name', ({ engine }) => {
  it('predictions have the same bits in batches of any size', async () => {
    const model = classifier(engine)
    const x = numbers([37, 4, 3], 5)
    const whole = await model.predict(x, { batchSize: 37 })
    expect(whole.shape).toEqual([37, 3])
    for (const batchSize of [1, 2, 5, 16, 32, 1000]) {
      expect(bits((await model.predict(x, { batchSize })).data), `batches of ${batchSize}`).toEqual(
        bits(whole.data),
      )
    }
  })

  it('so does evaluate', async () => {
    const model = classifier(engine)
    const [x, y] = [numbers([37, 4, 3], 5), oneHot([37], 3, 6)]
    const whole = await model.evaluate(x, y, { batchSize: 37 })
    for (const batchSize of [1, 5, 32]) {
      const figures = await model.evaluate(x, y, { batchSize })
      // the same losses are summed in another grouping
      expectNear(
        [figures.loss, figures.accuracy],
        [whole.loss, whole.accuracy],
        1e-12,
        `batches of ${batchSize}`,
      )
    }
  })

  it('a prediction does not depend on what was predicted before, nor on its neighbours', async () => {
    const model = classifier(engine)
    const x = numbers([6, 4, 3], 5)
    const { data } = await model.predict(x)
    const huge = { shape: [6, 4, 3], data: new Float32Array(72).fill(1e30) }
    await model.predict(huge)
    expect(bits((await model.predict(x)).data)).toEqual(bits(data))
    const alone = await model.predict({ shape: [1, 4, 3], data: x.data.slice(24, 36) })
    expect(bits(alone.data)).toEqual(bits(data.slice(6, 9)))
  })

  it('sequences may be of another length from call to call, and a loss is met at every step', async () => {
    const model = tagger(engine)
    expect([model.inputShape, model.outputShape]).toEqual([[null], [null, 4]])
    const untrained = await model.evaluate(wholeNumbers([9, 6], 11), wholeNumbers([9, 6], 4))
    expect(untrained.loss).toBeGreaterThan(1)
    for (const [round, steps] of [6, 3, 9, 1, 6].entries()) {
      const history = await model.fit(wholeNumbers([9, steps], 11), wholeNumbers([9, steps], 4), {
        batchSize: 4,
        shuffle: false,
      })
      expect(history.history.loss[0]).toBeGreaterThan(0)
      expect(model.position?.step).toBe(3 * (round + 1))
      expect((await model.predict(wholeNumbers([2, steps], 11))).shape).toEqual([2, steps, 4])
    }
  })

  it('a loss a step is the mean over all steps of all rows', async () => {
    const model = tagger(engine)
    const [x, y] = [wholeNumbers([5, 3], 11), wholeNumbers([5, 3], 4)]
    const { data } = await model.predict(x)
    const losses = [...y.data].map((label, i) => -Math.log(data[4 * i + label]))
    const right = [...y.data].filter((label, i) =>
      data.slice(4 * i, 4 * i + 4).every((p) => p <= data[4 * i + label]),
    )
    const figures = await model.evaluate(x, y, { batchSize: 2 })
    expectNear([figures.loss], [losses.reduce((a, b) => a + b, 0) / 15], 2e-6, 'loss')
    expect(figures.accuracy).toBeCloseTo(right.length / 15, 12)
  })

  it('a shorter sequence gives what the same steps of a longer one give', async () => {
    const model = tagger(engine)
    const long = wholeNumbers([3, 8], 11)
    const short = {
      shape: [3, 5],
      data: Int32Array.from([0, 1, 2].flatMap((row) => [...long.data.slice(8 * row, 8 * row + 5)])),
    }
    const one = (await model.predict(long)).data
    const other = (await model.predict(short)).data
    for (let row = 0; row < 3; row++)
      expect(bits(other.slice(20 * row, 20 * row + 20))).toEqual(bits(one.slice(32 * row, 32 * row + 20)))
  })

  it('takes bytes, whole numbers and nested arrays for what they are', async () => {
    const model = sequential([layers.dense({ units: 2, inputShape: [3] })], { engine, seed: 1 })
    const values = [0, 1, 2, 253, 254, 255]
    const expected = await model.predict({ shape: [2, 3], data: Float32Array.from(values) })
    for (const data of [Uint8Array.from(values), Int32Array.from(values)])
      expect(await model.predict({ shape: [2, 3], data })).toEqual(expected)
    expect(await model.predict([values.slice(0, 3), values.slice(3)])).toEqual(expected)
  })

  it('labels may be of any of the three kinds of array', async () => {
    const [x, labels] = [numbers([9, 4, 3]), oneHot([9], 3)]
    const hashes = new Set<string | null>()
    for (const data of [labels.data, Uint8Array.from(labels.data), Int32Array.from(labels.data)]) {
      const model = classifier(engine)
      await model.fit(x, { shape: [9, 3], data }, { batchSize: 4 })
      hashes.add(await model.weightsSha256())
    }
    expect(hashes.size).toBe(1)
  })

  it('a model without weights is evaluated, trained and saved like any other', async () => {
    const model = sequential([layers.activation({ activation: 'softmax', inputShape: [3] })], { engine })
    model.compile({ loss: 'categoricalCrossentropy' })
    const [x, y] = [numbers([5, 3]), oneHot([5], 3)]
    const { loss } = await model.evaluate(x, y)
    expect((await model.fit(x, y)).history.loss).toEqual([loss])
    expect((await loadModel(await model.saveBytes(), { engine })).countParams()).toBe(0)
  })

  it('two models trained at once do not disturb one another', async () => {
    const train = async (seed: number) => {
      const model = classifier(engine, seed)
      await model.fit(numbers([30, 4, 3]), oneHot([30], 3), { epochs: 4, batchSize: 8 })
      return model.saveBytes()
    }
    const alone = [await train(1), await train(2)]
    expect(await Promise.all([train(1), train(2)])).toEqual(alone)
  })

  it('several calls at once do not disturb one another', async () => {
    const model = classifier(engine)
    const inputs = [1, 2, 3, 4].map((seed) => numbers([10 * seed, 4, 3], seed))
    const alone = []
    for (const x of inputs) alone.push(await model.predict(x, { batchSize: 7 }))
    expect(await Promise.all(inputs.map((x) => model.predict(x, { batchSize: 7 })))).toEqual(alone)

    const y = oneHot([40], 3)
    const straight = classifier(engine)
    await straight.fit(inputs[3], y, { batchSize: 8, epochs: 3 })
    const busy = classifier(engine)
    const [, , first] = await Promise.all([
      busy.fit(inputs[3], y, {
        batchSize: 8,
        epochs: 3,
        callbacks: [{ onBatchEnd: () => void busy.predict(inputs[0]) }],
      }),
      busy.evaluate(inputs[3], y),
      busy.getWeights(),
    ])
    expect(first).toHaveLength(5)
    expect(await busy.saveBytes()).toEqual(await straight.saveBytes())
  })
})

describe('summary and explain', () => {
  it('count what there is', async () => {
    const model = sequential(
      [layers.lstm({ units: 128, inputShape: [28, 28] }), layers.dense({ units: 10, activation: 'softmax' })],
      { engine: reference(), seed: 1 },
    )
    expect(model.countParams()).toBe(28 * 512 + 128 * 512 + 512 + 1280 + 10)
    const summary = model.summary()
    expect(summary).toContain('lstm (LSTM)')
    expect(summary).toContain('80,384')
    expect(summary).toContain('81,674 parameters')
    model.compile({ loss: 'categoricalCrossentropy' })
    const { flops, instructions, text } = await model.explain()
    // forward and twice backward through both products of the cell
    const products = 3 * 2 * 32 * 28 * (28 + 128) * 512
    expect(flops).toBeGreaterThan(0.9 * products)
    expect(flops).toBeLessThan(1.2 * products)
    expect(instructions.map(({ op }) => op)).toEqual(
      expect.arrayContaining(['lstm', 'dense', 'guard', 'lstmBackward']),
    )
    expect(text).toContain('MFLOP')
  })
})
