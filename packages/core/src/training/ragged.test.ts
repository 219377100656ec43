import { describe, expect, it } from 'vitest'
import { type Sequence, sliceRows, type Tensor } from '../data/tensor.ts'
import { wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import type { Layer } from '../layers/layer.ts'
import { model } from '../model/functional.ts'
import { sequential } from '../model/sequential.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers, oneHot, wholeNumbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'

/** Some lengths come once, some often, and in no order. */
const LENGTHS = [5, 2, 9, 5, 1, 7, 2, 5, 9, 3, 4]
const X = LENGTHS.map((length, i) => numbers([length, 3], 100 + i))
const IDS = LENGTHS.map((length, i) => wholeNumbers([length], 7, 200 + i).data)
const Y = oneHot([LENGTHS.length], 2, 5)
/** A label for every step. */
const STEPS = LENGTHS.map((length, i) => oneHot([length], 2, 300 + i))

const dense = () => layers.dense({ units: 2, activation: 'softmax' })
const inputShape = [null, 3]

const MODELS: Record<
  string,
  { make: () => Layer[]; x: readonly Sequence[]; y: Tensor | readonly Sequence[] }
> = {
  'lstm, the last output': { make: () => [layers.lstm({ units: 4, inputShape }), dense()], x: X, y: Y },
  'lstm, all outputs': {
    make: () => [layers.lstm({ units: 4, returnSequences: true, inputShape }), dense()],
    x: X,
    y: STEPS,
  },
  'two layers of gru': {
    make: () => [
      layers.gru({ units: 4, returnSequences: true, inputShape }),
      layers.gru({ units: 3, returnSequences: true }),
      dense(),
    ],
    x: X,
    y: STEPS,
  },
  'simple rnn': { make: () => [layers.simpleRNN({ units: 4, inputShape }), dense()], x: X, y: Y },
  'ids without a mask of their own': {
    make: () => [
      layers.embedding({ inputDim: 7, outputDim: 3, inputShape: [null] }),
      layers.lstm({ units: 4 }),
      dense(),
    ],
    x: IDS,
    y: Y,
  },
  'ids, zero masked': {
    make: () => [
      layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true, inputShape: [null] }),
      layers.lstm({ units: 4 }),
      dense(),
    ],
    x: IDS,
    y: Y,
  },
  'a convolution, which looks at no mask': {
    make: () => [
      layers.conv1d({ filters: 3, kernelSize: 3, padding: 'same', inputShape }),
      layers.globalMaxPooling1d(),
      dense(),
    ],
    x: X,
    y: Y,
  },
}

const one = (sequences: readonly Sequence[], i: number): Sequence[] => [sequences[i]]
const labelsOf = (y: Tensor | readonly Sequence[], i: number) =>
  'shape' in y ? sliceRows(y, i, 1) : one(y, i)

describe.each(ENGINES)('sequences of different lengths, on $name', ({ engine }) => {
  describe.each(Object.entries(MODELS))('%s', (_, { make, x, y }) => {
    const compiled = () => {
      const model = sequential(make(), { engine, seed: 4 })
      model.compile({
        optimizer: 'sgd',
        loss: 'categoricalCrossentropy',
        metrics: ['accuracy'],
      })
      return model
    }

    it('are predicted as one by one, in their order', async () => {
      const model = compiled()
      const all = await model.predict(x, { batchSize: 4 })
      const width = all.data.length / LENGTHS.length
      for (let i = 0; i < LENGTHS.length; i++) {
        const { data } = await model.predict(one(x, i))
        const found = all.data.subarray(i * width, (i + 1) * width)
        expect(found.slice(0, data.length), `sequence ${i}`).toEqual(data)
        expect(found.slice(data.length).every((n) => n === 0)).toBe(true)
      }
    })

    it('are evaluated as one by one', async () => {
      const model = compiled()
      const { loss, accuracy } = await model.evaluate(x, y, { batchSize: LENGTHS.length })
      let [losses, hits, count] = [0, 0, 0]
      for (let i = 0; i < LENGTHS.length; i++) {
        const found = await model.evaluate(one(x, i), labelsOf(y, i))
        // as in Keras a masked loss counts every step that is there
        const steps = 'shape' in y ? 1 : LENGTHS[i]
        losses += found.loss * steps
        hits += found.accuracy * steps
        count += steps
      }
      expect(loss).toBeCloseTo(losses / count, 5)
      expect(accuracy).toBeCloseTo(hits / count, 6)
    })

    // a batch's loss is the mean over its steps and counts by its rows, so only that of whole samples heeds no batches
    if ('shape' in y)
      it('are evaluated so from a source of batches, too', async () => {
        const model = compiled()
        const cut = (at: number, end: number) =>
          [x.slice(at, end), sliceRows(y as Tensor, at, end - at)] as const
        const expected = await model.evaluate(x, y)
        for (const steps of [null, 2]) {
          const found = await model.evaluate(() => [cut(0, 4), cut(4, LENGTHS.length)], { steps })
          expect(found.loss).toBeCloseTo(expected.loss, 5)
          expect(found.accuracy).toBeCloseTo(expected.accuracy, 6)
        }
      })

    it('are trained on as if masked by hand, padded to the longest of a batch', async () => {
      const model = compiled()
      const other = compiled()
      await model.fit(x, y, { batchSize: 4, shuffle: false, epochs: 2 })
      for (let epoch = 0; epoch < 2; epoch++) {
        for (let at = 0; at < LENGTHS.length; at += 4) {
          const rows = x.slice(at, at + 4)
          const labels = 'shape' in y ? sliceRows(y, at, rows.length) : y.slice(at, at + 4)
          await other.trainOnBatch(rows, labels)
        }
      }
      expect(await model.getWeights()).toEqual(await other.getWeights())
    })
  })
})

it('inputs of different lengths each, and labels of the steps of one of them', async () => {
  const [a, b] = [input({ shape: [null, 3], name: 'a' }), input({ shape: [null, 3], name: 'b' })]
  const state = layers.gru({ units: 4 }).apply(a)
  const steps = layers.gru({ units: 4, returnSequences: true }).apply(b, { initialState: state })
  const net = model({ inputs: [a, b], outputs: dense().apply(steps), engine: wasm(), seed: 5 })
  net.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' })
  const reversed = X.toReversed()
  const { loss } = await net.evaluate([reversed, X], STEPS)
  let [sum, count] = [0, 0]
  for (const [i, length] of LENGTHS.entries()) {
    sum += length * (await net.evaluate([one(reversed, i), one(X, i)], one(STEPS, i))).loss
    count += length
  }
  expect(loss).toBeCloseTo(sum / count, 5)
  await expect(net.evaluate([reversed, X], STEPS.toReversed())).rejects.toThrow(
    /y\[0\] has 4 steps, its sequence 5; they must be equal/,
  )
})

it('a gradient is the mean of those of each sequence alone', async () => {
  const make = () => {
    const model = sequential(MODELS['lstm, the last output'].make(), { engine: wasm(), seed: 4 })
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' })
    return model
  }
  const before = await make().getWeights()
  const together = make()
  await together.trainOnBatch(X, Y)
  const found = await together.getWeights()
  const mean = before.map(({ data }) => new Float64Array(data.length))
  for (let i = 0; i < X.length; i++) {
    const alone = make()
    await alone.trainOnBatch(one(X, i), sliceRows(Y, i, 1))
    for (const [w, { data }] of (await alone.getWeights()).entries())
      for (let n = 0; n < data.length; n++) mean[w][n] += (data[n] - before[w].data[n]) / X.length
  }
  for (const [w, { data }] of found.entries())
    expectNear(
      data,
      mean[w].map((step, n) => before[w].data[n] + step),
      1e-6,
      `weight ${w}`,
    )
})

describe('buckets', () => {
  it('hold sequences of nearly the same length, each once, drawn anew every epoch', async () => {
    const model = sequential(MODELS['lstm, the last output'].make(), { engine: wasm(), seed: 4 })
    model.compile({ loss: 'categoricalCrossentropy' })
    const straight = sequential(MODELS['lstm, the last output'].make(), { engine: wasm(), seed: 4 })
    straight.compile({ loss: 'categoricalCrossentropy' })
    await model.fit(X, Y, { epochs: 3, batchSize: 3, bucketByLength: true })
    await straight.fit(X, Y, { epochs: 3, batchSize: 3 })
    expect(await model.weightsSha256()).not.toBe(await straight.weightsSha256())
  })

  it('resume with the same bits', async () => {
    const make = () => {
      const model = sequential(MODELS['lstm, all outputs'].make(), { engine: wasm(), seed: 4 })
      model.compile({ loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
      return model
    }
    const options = { epochs: 2, batchSize: 3, bucketByLength: true }
    const straight = make()
    await straight.fit(X, STEPS, options)
    for (let stop = 1; stop < 8; stop++) {
      const model = make()
      let done = 0
      const stopping = {
        onBatchEnd: () => {
          done++
          model.stopTraining = done === stop
        },
      }
      await model.fit(X, STEPS, { ...options, callbacks: [stopping] })
      await model.fit(X, STEPS, { epochs: 2, bucketByLength: true, resume: true })
      expect(await model.saveBytes()).toEqual(await straight.saveBytes())
    }
  })
})

describe('sequences come in many forms', () => {
  const model = () => sequential(MODELS['lstm, the last output'].make(), { seed: 4 })
  const nested = X.map(({ shape, data }) =>
    Array.from({ length: shape[0] }, (_, t) => [...data.subarray(t * 3, (t + 1) * 3)]),
  )
  it('nested arrays, tensors, typed arrays; of one length too', async () => {
    const expected = await model().predict(X)
    expect(await model().predict(nested)).toEqual(expected)
    const even = [X[0], X[3], X[7]]
    expect((await model().predict(even)).data).toEqual(
      Float32Array.from([0, 3, 7].flatMap((i) => [...expected.data.subarray(i * 2, i * 2 + 2)])),
    )
  })

  it('a model without a shape learns that the length is open', async () => {
    const open = sequential([layers.lstm({ units: 2 })], { seed: 1 })
    await open.predict(X)
    expect(open.inputShape).toEqual([null, 3])
  })

  it('a share of them is held out for validation', async () => {
    const trained = model()
    trained.compile({ loss: 'categoricalCrossentropy' })
    const { history } = await trained.fit(X, Y, { validationSplit: 0.3, shuffle: false })
    const held = await trained.evaluate(X.slice(7), sliceRows(Y, 7, 4))
    expect(history.valLoss[0]).toBeCloseTo(held.loss, 6)
  })

  it('weights of steps', async () => {
    const weights = LENGTHS.map((length, i) => numbers([length], 40 + i).data.map(Math.abs))
    const trained = sequential(MODELS['lstm, all outputs'].make(), { seed: 4 })
    trained.compile({ loss: 'categoricalCrossentropy' })
    const { loss } = await trained.evaluate(X, STEPS, { sampleWeight: weights })
    let total = 0
    let steps = 0
    for (let i = 0; i < X.length; i++) {
      const found = await trained.evaluate(one(X, i), one(STEPS, i), { sampleWeight: [weights[i]] })
      total += found.loss * LENGTHS[i]
      steps += LENGTHS[i]
    }
    expect(loss).toBeCloseTo(total / steps, 5)
  })

  it.each<[string, readonly Sequence[], RegExp]>([
    ['an empty sequence', [...nested.slice(0, 2), []], /x\[2\] is a sequence without steps/],
    [
      'an empty tensor',
      [X[0], { shape: [0, 3], data: new Float32Array(0) }],
      /x\[1\] is a sequence without steps/,
    ],
    [
      'steps of another shape',
      [X[0], numbers([2, 4])],
      /x\[1\]: the steps of all sequences must have the same shape/,
    ],
    ['a number that is none', [X[0], [[Number.NaN, 1, 2]]], /x\[1\]\[0, 0\] is NaN/],
  ])('but not %s', async (_, x, reason) => {
    await expect(model().predict(x)).rejects.toThrow(reason)
  })

  it('labels must have as many steps', async () => {
    const trained = sequential(MODELS['lstm, all outputs'].make(), { seed: 4 })
    trained.compile({ loss: 'categoricalCrossentropy' })
    const wrong = STEPS.map((labels, i) => (i === 3 ? STEPS[0] : i === 0 ? STEPS[1] : labels))
    await expect(trained.fit(X, wrong)).rejects.toThrow(
      /y\[0\] has 2 steps, its sequence 5; they must be equal/,
    )
  })

  it('a model of a fixed length refuses them', async () => {
    const fixed = sequential([layers.lstm({ units: 2, inputShape: [9, 3] })])
    await expect(fixed.predict(X)).rejects.toThrow(/differ in length \(1 to 9 steps\).*Leave the length open/)
  })
})
