import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { loadModel } from '../model/load.ts'
import { type Sequential, sequential } from '../model/sequential.ts'
import * as optimizers from '../optimizers/index.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import type { BatchLogs, EpochLogs } from './callbacks.ts'

const { x, y } = SAMPLES
const rows = (tensor: typeof x, from: number, to: number) => {
  const width = tensor.data.length / tensor.shape[0]
  return { shape: [to - from, ...tensor.shape.slice(1)], data: tensor.data.slice(from * width, to * width) }
}

describe.each(ENGINES)('fit on $name', ({ engine }) => {
  it('returns the figures of every epoch, and trains', async () => {
    const model = classifier(engine)
    const history = await model.fit(x, y, { epochs: 20, batchSize: 4, validationData: [x, y] })
    expect(history.epoch).toEqual(Array.from({ length: 20 }, (_, i) => i))
    expect(Object.keys(history.history)).toEqual([
      'loss',
      'accuracy',
      'seconds',
      'samplesPerSecond',
      'valLoss',
      'valAccuracy',
    ])
    for (const figures of Object.values(history.history)) expect(figures).toHaveLength(20)
    const { loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond } = history.history
    expect(loss[19]).toBeLessThan(loss[0])
    expect(accuracy.every((share) => share >= 0 && share <= 1)).toBe(true)
    expect(seconds[0] * samplesPerSecond[0]).toBeCloseTo(22, 6)
    expect(history.interrupted).toBe(false)
    const figures = await model.evaluate(x, y)
    expect(Object.keys(figures)).toEqual(['loss', 'accuracy'])
    expectNear([figures.loss, figures.accuracy], [valLoss[19], valAccuracy[19]], 1e-6, 'the last validation')
  })

  it('calls callbacks in order, and waits for each', async () => {
    const said: string[] = []
    const model = classifier(engine)
    await model.fit(x, y, {
      epochs: 2,
      batchSize: 9,
      callbacks: [
        {
          onTrainBegin: () => void said.push('train begin'),
          onEpochBegin: (epoch) => void said.push(`epoch ${epoch} begin`),
          onTrainBatchBegin: async (batch) => {
            await setTimeout(1)
            said.push(`batch ${batch} begins at ${model.position?.batch}`)
          },
          onBatchEnd: async (batch, { size, batches, samples }: BatchLogs) => {
            await setTimeout(1)
            said.push(`batch ${batch}: ${size} of ${samples}, ${batches} batches`)
          },
          onEpochEnd: (epoch, logs: EpochLogs) => void said.push(`epoch ${epoch} end: ${Object.keys(logs)}`),
          onTrainEnd: () => void said.push('train end'),
        },
        {
          onBatchBegin: () => void said.push('begin, second'),
          onBatchEnd: () => void said.push('end, second'),
        },
      ],
    })
    const batches = [9, 9, 4].flatMap((size, batch) => [
      `batch ${batch} begins at ${batch}`,
      'begin, second',
      `batch ${batch}: ${size} of 22, 3 batches`,
      'end, second',
    ])
    const epoch = (n: number) => [
      `epoch ${n} begin`,
      ...batches,
      `epoch ${n} end: loss,accuracy,seconds,samplesPerSecond`,
    ]
    expect(said).toEqual(['train begin', ...epoch(0), ...epoch(1), 'train end'])
  })

  it('tells callbacks the epoch’s running means', async () => {
    const model = classifier(engine)
    const means: number[] = []
    const { history } = await model.fit(x, y, {
      batchSize: 9,
      callbacks: [{ onBatchEnd: (_, { loss }) => void means.push(loss) }],
    })
    expect(means[2]).toBe(history.loss[0])
    expect(new Set(means).size).toBe(3)
  })

  it('in order: the same bits every time; shuffled: by the seed, another order every epoch', async () => {
    const run = async (seed: number, shuffle: boolean) => {
      const model = classifier(engine, seed)
      const { history } = await model.fit(x, y, { epochs: 2, batchSize: 4, shuffle })
      return { sha: await model.weightsSha256(), loss: history.loss }
    }
    expect(await run(1, false)).toEqual(await run(1, false))
    expect(await run(1, true)).toEqual(await run(1, true))
    expect((await run(1, true)).sha).not.toBe((await run(1, false)).sha)
    expect((await run(1, true)).sha).not.toBe((await run(2, true)).sha)
  })

  it('validationSplit holds out the last part, before shuffling', async () => {
    const split = classifier(engine)
    const given = classifier(engine)
    const one = await split.fit(x, y, { epochs: 2, batchSize: 4, validationSplit: 0.3 })
    const other = await given.fit(rows(x, 0, 15), rows(y, 0, 15), {
      epochs: 2,
      batchSize: 4,
      validationData: [rows(x, 15, 22), rows(y, 15, 22)],
    })
    expect(await split.saveBytes()).toEqual(await given.saveBytes())
    expect(one.history.valLoss).toEqual(other.history.valLoss)
  })

  it('each sample is met once an epoch', async () => {
    // the mean of y is the best constant: with a rate of 1/2, an epoch in one batch lands on it, whatever the order
    const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })], {
      engine,
      seed: 3,
    })
    model.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: 'meanSquaredError' })
    const zeros = { shape: [50, 1], data: new Float32Array(50) }
    await model.fit(
      zeros,
      { shape: [50, 1], data: Float32Array.from({ length: 50 }, (_, i) => i) },
      { batchSize: 50 },
    )
    expect((await model.getWeights())[1].data[0]).toBeCloseTo(24.5, 4)
  })

  it('counts on with initialEpoch', async () => {
    const model = classifier(engine)
    const { epoch } = await model.fit(x, y, { epochs: 5, initialEpoch: 3 })
    expect(epoch).toEqual([3, 4])
    expect(model.position).toMatchObject({ epoch: 5, batch: 0, step: 2 })
    expect((await model.fit(x, y, { epochs: 2, initialEpoch: 2 })).epoch).toEqual([])
  })

  it('a learning rate that a callback changes counts from the next batch on, and is saved', async () => {
    const model = classifier(engine)
    const before = await model.weightsSha256()
    const freeze = () => {
      if (model.optimizer) model.optimizer.learningRate = 0
    }
    await model.fit(x, y, { callbacks: [{ onTrainBegin: freeze }] })
    expect(await model.weightsSha256()).toBe(before)
    expect((await loadModel(await model.saveBytes(), { engine })).optimizer?.learningRate).toBe(0)
  })
})

describe.each(ENGINES)('a stop on $name', ({ engine }) => {
  const stopped = async (stop: (model: Sequential, controller: AbortController) => void, epochs = 3) => {
    const model = classifier(engine)
    const controller = new AbortController()
    const ended: string[] = []
    const history = await model.fit(x, y, {
      epochs,
      batchSize: 4,
      signal: controller.signal,
      callbacks: [
        {
          onBatchEnd: (batch) => void (batch === 1 && stop(model, controller)),
          onEpochEnd: (epoch) => void ended.push(`epoch ${epoch}`),
          onTrainEnd: () => void ended.push('training'),
        },
      ],
    })
    return { model, history, ended }
  }

  it.each([
    ['stopTraining', (model: Sequential) => void Object.assign(model, { stopTraining: true })],
    ['its signal', (_: Sequential, controller: AbortController) => controller.abort()],
  ])('by %s ends after the batch', async (_, stop) => {
    const { model, history, ended } = await stopped(stop)
    expect(history).toMatchObject({ epoch: [], interrupted: true })
    expect(ended).toEqual(['training'])
    expect(model.position).toMatchObject({ epoch: 0, batch: 2, step: 2 })
  })

  it('at the end of an epoch lets it end properly', async () => {
    const model = classifier(engine)
    const stop = () => {
      model.stopTraining = true
    }
    const callbacks = [{ onEpochEnd: stop }]
    const history = await model.fit(x, y, { epochs: 3, validationData: [x, y], callbacks })
    expect(history).toMatchObject({ epoch: [0], interrupted: true })
    expect(history.history.valLoss).toHaveLength(1)
    expect(model.position).toMatchObject({ epoch: 1, batch: 0 })
    expect(await model.fit(x, y, { epochs: 1, callbacks })).toMatchObject({ epoch: [0], interrupted: false })
  })

  it('before the first batch trains nothing', async () => {
    const model = classifier(engine)
    const sha = await model.weightsSha256()
    expect(await model.fit(x, y, { signal: AbortSignal.abort() })).toMatchObject({
      epoch: [],
      interrupted: true,
    })
    expect(await model.weightsSha256()).toBe(sha)
    expect(model.position).toMatchObject({ epoch: 0, batch: 0, step: 0 })
    expect(await model.fit(x, y, { resume: true })).toMatchObject({ epoch: [0], interrupted: false })
  })

  it('an old stop does not stop the next training', async () => {
    const model = classifier(engine)
    model.stopTraining = true
    expect(await model.fit(x, y)).toMatchObject({ epoch: [0], interrupted: false })
  })
})

it('timers run while a long epoch is trained', async () => {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { engine: reference(), seed: 1 })
  model.compile({ loss: 'mse' })
  const data = numbers([60_000, 1])
  let ticks = 0
  const timer = setInterval(() => void ticks++, 5)
  const controller = new AbortController()
  const late = setTimeout(200).then(() => controller.abort())
  const history = await model.fit(data, data, { batchSize: 1, epochs: 100, signal: controller.signal })
  clearInterval(timer)
  await late
  expect(history.interrupted).toBe(true)
  expect(ticks).toBeGreaterThan(0)
})
