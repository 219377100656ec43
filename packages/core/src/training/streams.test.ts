import { describe, expect, it } from 'vitest'
import { sliceRows, type Tensor } from '../data/tensor.ts'
import { wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import { loadModel } from '../model/load.ts'
import { sequential } from '../model/sequential.ts'
import { numbers, oneHot } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { batches, classifier, endless, SAMPLES, stopAfter } from '../testing/models.ts'
import type { Batch } from './sources.ts'

const { x, y } = SAMPLES
/** Weights of the samples. */
const W: Tensor = { shape: [22], data: Float32Array.from({ length: 22 }, (_, i) => (i % 4) / 2) }
const HELD_OUT = [numbers([5, 4, 3], 21), oneHot([5], 3, 22)] as const

async function* slowly(size = 4): AsyncGenerator<Batch> {
  for (const batch of batches(size)) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    yield batch
  }
}

const ARRAYS = { epochs: 3, batchSize: 4, shuffle: false, validationData: HELD_OUT } as const

const figuresOf = ({ history }: { history: Record<string, number[]> }) => {
  const { seconds: _, samplesPerSecond: __, ...figures } = history
  return figures
}

describe.each(ENGINES)('fit on batches as they come, on $name', ({ engine }) => {
  const straight = async () => {
    const model = classifier(engine)
    const figures = figuresOf(await model.fit(x, y, ARRAYS))
    return { figures, bytes: await model.getWeights() }
  }

  it.each([
    ['a function that makes a generator', () => batches],
    ['one that makes an async generator', () => slowly],
    ['an iterable', () => ({ [Symbol.iterator]: () => batches() })],
    ['an async iterable', () => ({ [Symbol.asyncIterator]: () => slowly() })],
    ['a set', () => new Set(batches())],
    ['a function that returns a list', () => () => [...batches()]],
  ] as const)('%s trains as arrays do', async (_, make) => {
    const model = classifier(engine)
    const source = make() as Iterable<Batch>
    const history = await model.fit(source, { epochs: 3, validationData: HELD_OUT, validationBatchSize: 4 })
    const expected = await straight()
    expect(figuresOf(history)).toEqual(expected.figures)
    expect(await model.getWeights()).toEqual(expected.bytes)
    expect(model.position).toMatchObject({ epoch: 3, batch: 0, step: 18 })
  })

  it('a generator without end, with steps', async () => {
    const model = classifier(engine)
    const validationData = { [Symbol.iterator]: () => [HELD_OUT][Symbol.iterator]() }
    const history = await model.fit(endless(), { epochs: 3, stepsPerEpoch: 6, validationData })
    const expected = await straight()
    expect(figuresOf(history).loss).toEqual(expected.figures.loss)
    expect(await model.getWeights()).toEqual(expected.bytes)
  })

  it('steps go on through the source from epoch to epoch', async () => {
    const model = classifier(engine)
    await model.fit(endless(), { epochs: 6, stepsPerEpoch: 3 })
    expect(await model.getWeights()).toEqual((await straight()).bytes)
  })

  it('batches of different sizes and sequences of different lengths, one program for each', async () => {
    const make = () =>
      sequential([layers.lstm({ units: 4, inputShape: [null, 3] }), layers.dense({ units: 1 })], {
        engine,
        seed: 3,
      })
    const lengths = [3, 7, 7, 2]
    const samples = lengths.map(
      (length, i) => [numbers([i + 1, length, 3], i), numbers([i + 1, 1], 50 + i)] as const,
    )
    const model = make()
    model.compile({ optimizer: 'sgd', loss: 'mse' })
    const { history } = await model.fit(new Set(samples))
    const other = make()
    other.compile({ optimizer: 'sgd', loss: 'mse' })
    let total = 0
    for (const [sx, sy] of samples) {
      const { loss } = await other.trainOnBatch(sx, sy)
      total += loss * sx.shape[0]
    }
    expect(history.loss[0]).toBeCloseTo(total / 10, 6)
    expect(await model.getWeights()).toEqual(await other.getWeights())
  })

  it('sample weights, in fit and evaluate', async () => {
    const weighted = function* (): Generator<Batch> {
      for (let at = 0; at < 22; at += 11)
        yield [sliceRows(x, at, 11), sliceRows(y, at, 11), sliceRows(W, at, 11)]
    }
    const model = classifier(engine)
    const other = classifier(engine)
    await model.fit(weighted)
    await other.fit(x, y, { batchSize: 11, shuffle: false, sampleWeight: W })
    expect(await model.getWeights()).toEqual(await other.getWeights())
    expect(await model.evaluate(weighted)).toEqual(
      await other.evaluate(x, y, { batchSize: 11, sampleWeight: W }),
    )
  })

  it('evaluate and predict, and so many steps of them', async () => {
    const model = classifier(engine)
    const first = [sliceRows(x, 0, 8), sliceRows(y, 0, 8)] as const
    expect(await model.evaluate(batches())).toEqual(await model.evaluate(x, y, { batchSize: 4 }))
    expect(await model.evaluate(endless(), { steps: 2 })).toEqual(
      await model.evaluate(...first, { batchSize: 4 }),
    )
    const inputs = function* () {
      for (const [input] of batches()) yield input
    }
    expect(await model.predict(inputs())).toEqual(await model.predict(x))
    expect(await model.predict(inputs(), { steps: 2 })).toEqual(await model.predict(first[0]))
  })

  it('a batch at a time', async () => {
    const model = classifier(engine)
    const other = classifier(engine)
    const [bx, by] = [sliceRows(x, 0, 4), sliceRows(y, 0, 4)]
    const before = await model.testOnBatch(bx, by)
    expect(before).toEqual(await other.evaluate(bx, by))
    const { history } = await other.fit(bx, by, { shuffle: false })
    expect(await model.trainOnBatch(bx, by)).toEqual({ loss: history.loss[0], accuracy: history.accuracy[0] })
    expect(await model.getWeights()).toEqual(await other.getWeights())
    expect(await model.predictOnBatch(bx)).toEqual(await other.predict(bx))
    expect(model.position).toMatchObject({ step: 1 })
  })
})

describe('a resume on batches as they come', () => {
  it.each([
    ['to their end', batches, {}],
    ['in steps', endless, { stepsPerEpoch: 6 }],
  ] as const)('is as if training had never stopped: %s', async (_, make, options) => {
    const straight = classifier(wasm())
    const { history: expected } = await straight.fit(make, { epochs: 2, ...options })
    const bytes = await straight.saveBytes()
    for (let stop = 1; stop < 12; stop++) {
      const first = classifier(wasm())
      await first.fit(make, { epochs: 2, ...options, callbacks: [stopAfter(first, stop)] })
      expect(first.position).toMatchObject({ step: stop })
      const second = await loadModel(await first.saveBytes())
      const { history, epoch } = await second.fit(make, { epochs: 2, resume: true, ...options })
      expect(await second.saveBytes(), `stopped after ${stop}`).toEqual(bytes)
      expect(history.loss).toEqual(epoch.map((number) => expected.loss[number]))
    }
  })

  it('a generator that runs goes on where it is', async () => {
    const straight = classifier(wasm())
    await straight.fit(x, y, { batchSize: 4, shuffle: false })
    const model = classifier(wasm())
    const running = batches()
    // what stops a loop over a generator closes it; fit does not
    await model.fit(running, { callbacks: [stopAfter(model, 2)] })
    await model.fit(running, { resume: true })
    expect(await model.getWeights()).toEqual(await straight.getWeights())
  })
})

describe('validation', () => {
  it.each([
    [2, [false, true, false, true, false]],
    [
      [1, 4],
      [true, false, false, true, false],
    ],
  ] as const)('is done when it is due: %s', async (validationFreq, expected) => {
    const model = classifier()
    const seen: boolean[] = []
    const { history } = await model.fit(x, y, {
      epochs: 5,
      validationData: HELD_OUT,
      validationFreq,
      callbacks: [{ onEpochEnd: (_, logs) => void seen.push('valLoss' in logs) }],
    })
    expect(seen).toEqual(expected)
    expect(history.valLoss).toHaveLength(2)
  })

  it('has its own batches and steps', async () => {
    const model = classifier()
    const tested: number[] = []
    const count = { onTestBatchEnd: (batch: number) => void tested.push(batch) }
    await model.fit(x, y, { validationData: HELD_OUT, validationBatchSize: 2, callbacks: [count] })
    expect(tested).toEqual([0, 1, 2])
    await model.fit(x, y, { validationData: batches, validationSteps: 2, callbacks: [count] })
    expect(tested).toEqual([0, 1, 2, 0, 1])
  })
})

it('hooks of evaluation and prediction are called around their batches', async () => {
  const model = classifier()
  const said: string[] = []
  const say = (what: string) => () => void said.push(what)
  const callbacks = [
    {
      onTestBegin: say('begin'),
      onTestBatchBegin: (batch: number) => void said.push(`${batch} begins`),
      onTestBatchEnd: (batch: number, logs: Record<string, number>) =>
        void said.push(`${batch} ${'loss' in logs}`),
      onTestEnd: say('end'),
      onPredictBegin: say('begin'),
      onPredictBatchBegin: (batch: number) => void said.push(`${batch} begins`),
      onPredictBatchEnd: (batch: number, { outputs }: { outputs: unknown }) =>
        void said.push(`${batch} ${(outputs as Tensor).shape}`),
      onPredictEnd: say('end'),
    },
  ]
  await model.evaluate(x, y, { batchSize: 11, callbacks })
  expect(said.splice(0)).toEqual(['begin', '0 begins', '0 true', '1 begins', '1 true', 'end'])
  await model.predict(x, { batchSize: 12, callbacks })
  expect(said).toEqual(['begin', '0 begins', '0 12,3', '1 begins', '1 10,3', 'end'])
})

describe('a source that fails', () => {
  const failing = function* (): Generator<Batch> {
    yield* [...batches()].slice(0, 3)
    throw new Error('the cable is out')
  }

  it('tells so, and nothing is lost', async () => {
    const straight = classifier(wasm())
    await straight.fit(batches, { epochs: 2 })
    const model = classifier(wasm())
    await expect(model.fit(failing, { epochs: 2 })).rejects.toThrow(
      /model.fit: the source of batches failed after 3 batches: the cable is out/,
    )
    expect(model.position).toMatchObject({ epoch: 0, batch: 3, step: 3 })
    await model.fit(batches, { epochs: 2, resume: true })
    expect(await model.saveBytes()).toEqual(await straight.saveBytes())
  })

  it('or ends early', async () => {
    const model = classifier()
    await expect(model.fit(batches(), { stepsPerEpoch: 9 })).rejects.toThrow(
      /ended after 6 of the 9 batches of an epoch/,
    )
    expect(model.position).toMatchObject({ epoch: 0, batch: 6, step: 6 })
  })

  it('or runs once, but two epochs are asked for', async () => {
    const model = classifier()
    await expect(model.fit(batches(), { epochs: 2 })).rejects.toThrow(
      /gave no batches. A generator runs once/,
    )
    expect(model.position).toMatchObject({ epoch: 1, batch: 0, step: 6 })
  })

  it.each<[string, unknown, RegExp]>([
    ['no pair', [x], /batch 1 of the source must be \[x, y\]/],
    ['no data', 'x', /batch 1 of the source must be \[x, y\]/],
    ['another shape', [numbers([2, 4, 5]), oneHot([2], 3)], /batch 1: x: the model expects/],
    ['labels for others', [numbers([2, 4, 3]), oneHot([3], 3)], /batch 1: y holds 3 samples/],
  ])('or gives what is %s', async (_, batch, reason) => {
    const model = classifier()
    await expect(model.fit(new Set([batch as Batch]))).rejects.toThrow(reason)
    await expect(model.evaluate(new Set([batch as Batch]))).rejects.toThrow(reason)
  })

  it.each<[object, RegExp]>([
    [{ batchSize: 4 }, /'batchSize' goes with arrays/],
    [{ shuffle: true }, /'shuffle' goes with arrays/],
    [{ validationSplit: 0.5 }, /'validationSplit' goes with arrays/],
    [{ validationSteps: 3 }, /'validationSteps' needs validationData/],
    [{ stepsPerEpoch: 0 }, /'stepsPerEpoch' must be a whole number greater than 0/],
    [{ validationFreq: [0] }, /'validationFreq' must be/],
    [{ validationFreq: 2 }, /'validationFreq' needs validationData or validationSplit/],
    [{ validationData: batches, validationBatchSize: 2 }, /'validationBatchSize' goes with arrays/],
  ])('options %j', async (options, reason) => {
    await expect(classifier().fit(batches, options)).rejects.toThrow(reason)
  })

  it('a function that returns no source', async () => {
    await expect(classifier().fit((() => 3) as never)).rejects.toThrow(/the function must return an iterable/)
  })
})

it('options that go with arrays are refused for sources, and the other way round', async () => {
  const model = classifier()
  await expect(model.fit(batches as never, undefined as never, { epochs: 2 })).rejects.toThrow(
    /options come second: model.fit\(batches, options\)/,
  )
  await expect(model.evaluate(batches, { batchSize: 4 })).rejects.toThrow(/'batchSize' goes with arrays/)
  await expect(model.evaluate(batches, { sampleWeight: W })).rejects.toThrow(
    /'sampleWeight' goes with arrays/,
  )
  await expect(model.predict(() => [x], { batchSize: 4 })).rejects.toThrow(/'batchSize' goes with arrays/)
  await expect(model.fit(x, y, { validationSplit: 0.5, validationSteps: 1 })).rejects.toThrow(
    /'validationSteps' goes with a source of batches/,
  )
})

it('a model can be saved while it waits for a source', async () => {
  const model = classifier()
  let saved: Uint8Array | null = null
  const waiting = async function* (): AsyncGenerator<Batch> {
    yield* [...batches()].slice(0, 2)
    saved = await model.saveBytes()
    yield* [...batches()].slice(2)
  }
  await model.fit(waiting)
  const loaded = await loadModel(saved as unknown as Uint8Array)
  expect(loaded.position).toMatchObject({ batch: 2, step: 2 })
})
