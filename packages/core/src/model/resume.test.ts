import { describe, expect, it } from 'vitest'
import { earlyStopping } from '../callbacks/earlyStopping.ts'
import { wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import * as optimizers from '../optimizers/index.ts'
import { expectNear } from '../testing/compare.ts'
import { numbers, oneHot, wholeNumbers } from '../testing/data.ts'
import { ENGINES, WASM_ENGINES } from '../testing/engines.ts'
import { classifier, SAMPLES, stopAfter } from '../testing/models.ts'
import { loadModel } from './load.ts'
import type { Model } from './model.ts'
import type { FitOptions } from './options.ts'
import { sequential } from './sequential.ts'

const { x, y } = SAMPLES
const HELD_OUT = [numbers([5, 4, 3], 21), oneHot([5], 3, 22)] as const
const EPOCHS = 3
const OPTIONS = { epochs: EPOCHS, batchSize: 4, validationData: HELD_OUT } as const
/** ⌈22 samples / 4⌉, three times. */
const BATCHES = 6 * EPOCHS

/** What is reported of each epoch, by its number; without times. */
async function train(model: Model, options: FitOptions): Promise<Map<number, number[]>> {
  const { epoch, history } = await model.fit(x, y, options)
  const { loss, accuracy, valLoss, valAccuracy } = history
  return new Map(epoch.map((number, i) => [number, [loss[i], accuracy[i], valLoss[i], valAccuracy[i]]]))
}

describe.each(WASM_ENGINES)('a resume on $name', ({ engine }) => {
  it('is as if training had never stopped, whatever batch it stopped at', async () => {
    const straight = classifier(engine)
    const expected = await train(straight, OPTIONS)
    const bytes = await straight.saveBytes()

    for (let batches = 1; batches < BATCHES; batches++) {
      const first = classifier(engine)
      const before = await train(first, { ...OPTIONS, callbacks: [stopAfter(first, batches)] })
      expect(first.position).toMatchObject({
        epoch: Math.floor(batches / 6),
        batch: batches % 6,
        step: batches,
      })
      const second = await loadModel(await first.saveBytes(), { engine })
      const after = await train(second, { epochs: EPOCHS, validationData: HELD_OUT, resume: true })
      // weights, slots, position and seed: the files are equal to the byte
      expect(await second.saveBytes(), `stopped after ${batches} batches`).toEqual(bytes)
      expect(new Map([...before, ...after])).toEqual(expected)
    }
  })

  it('keeps to the order of its epoch, though a batch was trained by hand meanwhile', async () => {
    const kernel = { kernelInitializer: 'ones', useBias: false } as const
    const model = sequential([layers.dense({ units: 1, inputShape: [1], ...kernel })], { engine, seed: 4 })
    model.compile({ optimizer: optimizers.sgd({ learningRate: 1e-30 }), loss: 'mse' })
    // the loss of sample i is i²
    const samples = { shape: [8, 1], data: Float32Array.from({ length: 8 }, (_, i) => i) }
    const zeros = { shape: [8, 1], data: new Float32Array(8) }
    const seen: number[] = []
    let sum = 0
    const watch = {
      onBatchEnd: (batch: number, { loss }: { loss: number }) => {
        seen.push(Math.round(Math.sqrt(loss * (batch + 1) - sum)))
        sum = loss * (batch + 1)
      },
    }
    const options = { batchSize: 1, epochs: 1 }
    await model.fit(samples, zeros, { ...options, callbacks: [watch, stopAfter(model, 3)] })
    await model.trainOnBatch(samples, zeros)
    const again = await loadModel(await model.saveBytes(), { engine })
    await again.fit(samples, zeros, { epochs: 1, resume: true, callbacks: [watch] })
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(seen).not.toEqual(seen.toSorted())
  })

  it('validates the epoch whose validation was stopped, wherever that was', async () => {
    const straight = classifier(engine)
    const stopping = () => earlyStopping({ patience: 5 })
    const expected = await train(straight, { ...OPTIONS, callbacks: [stopping()] })
    const bytes = await straight.saveBytes()
    for (let tested = 0; tested < 2 * EPOCHS; tested++) {
      const stop = new AbortController()
      let count = 0
      const ctrlC = { onTestBatchBegin: () => void (count++ === tested && stop.abort()) }
      const first = classifier(engine)
      const { signal } = stop
      const before = await train(first, { ...OPTIONS, signal, callbacks: [stopping(), ctrlC] })
      const at = Math.floor(tested / 2)
      expect(first.position).toMatchObject({ epoch: at, batch: 6, step: 6 * (at + 1) })
      expect(before.size).toBe(at)
      const second = await loadModel(await first.saveBytes(), { engine })
      const options = { epochs: EPOCHS, validationData: HELD_OUT, resume: true, callbacks: [stopping()] }
      const after = await train(second, options)
      expect(await second.saveBytes(), `stopped at test batch ${tested}`).toEqual(bytes)
      expect(new Map([...before, ...after])).toEqual(expected)
    }
  })

  it('may happen again and again, and without a file in between', async () => {
    const straight = classifier(engine)
    await straight.fit(x, y, OPTIONS)
    const model = classifier(engine)
    await model.fit(x, y, { ...OPTIONS, callbacks: [stopAfter(model, 2)] })
    for (let stops = 0; stops < 3; stops++) {
      await model.fit(x, y, { epochs: EPOCHS, resume: true, callbacks: [stopAfter(model, 3)] })
    }
    await model.fit(x, y, { epochs: EPOCHS, resume: true })
    expect(await model.saveBytes()).toEqual(await straight.saveBytes())
  })

  it('goes on from a file saved in a callback, at every batch, the last of an epoch too', async () => {
    const straight = classifier(engine)
    const files: Uint8Array[] = []
    const expected = await train(straight, {
      ...OPTIONS,
      callbacks: [{ onBatchEnd: async () => void files.push(await straight.saveBytes()) }],
    })
    const bytes = await straight.saveBytes()
    expect(files).toHaveLength(BATCHES)
    for (const [index, file] of files.entries()) {
      const model = await loadModel(file, { engine })
      const after = await train(model, { epochs: EPOCHS, validationData: HELD_OUT, resume: true })
      expect(await model.saveBytes(), `saved at batch ${index}`).toEqual(bytes)
      for (const [epoch, figures] of after) expect(figures).toEqual(expected.get(epoch))
      expect(after.has(Math.floor(index / 6))).toBe(true)
    }
  })

  it('a callback that throws leaves a model that can go on', async () => {
    const straight = classifier(engine)
    await straight.fit(x, y, OPTIONS)
    const model = classifier(engine)
    const failing = {
      onBatchEnd: (batch: number) => (batch === 3 ? Promise.reject(new Error('disk on fire')) : undefined),
    }
    await expect(model.fit(x, y, { ...OPTIONS, callbacks: [failing] })).rejects.toThrow('disk on fire')
    expect(model.position).toMatchObject({ epoch: 0, batch: 4, step: 4 })
    await model.fit(x, y, { epochs: EPOCHS, resume: true })
    expect(await model.saveBytes()).toEqual(await straight.saveBytes())
  })

  it.each([
    ['in order', optimizers.adam(), false],
    ['SGD with momentum', optimizers.sgd({ learningRate: 0.1, momentum: 0.9 }), true],
    ['RMSprop, centered, with momentum', optimizers.rmsprop({ momentum: 0.5, centered: true }), true],
    ['Adam, amsgrad', optimizers.adam({ amsgrad: true }), true],
    ['AdamW', optimizers.adamW(), true],
    ['SGD, which keeps nothing', optimizers.sgd(), true],
  ])('keeps what the optimizer knows: %s', async (_, optimizer, shuffle) => {
    const make = () => {
      const model = classifier(engine)
      model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
      return model
    }
    const straight = make()
    await straight.fit(x, y, { epochs: 2, batchSize: 4, shuffle })
    const first = make()
    await first.fit(x, y, { epochs: 2, batchSize: 4, shuffle, callbacks: [stopAfter(first, 8)] })
    const second = await loadModel(await first.saveBytes(), { engine })
    await second.fit(x, y, { epochs: 2, resume: true })
    expect(await second.saveBytes()).toEqual(await straight.saveBytes())
  })

  it('a loaded model predicts the same bits', async () => {
    const model = sequential(
      [
        layers.embedding({ inputDim: 9, outputDim: 4, inputShape: [null] }),
        layers.gru({ units: 6, returnSequences: true }),
        layers.gru({ units: 5, resetAfter: false, returnSequences: true }),
        layers.simpleRNN({ units: 4 }),
        layers.dense({ units: 2 }),
      ],
      { engine, seed: 5 },
    )
    model.labels = ['no', 'yes']
    model.preparation = { vocabulary: { constructor: 1, prototype: 2, '': 3 } }
    model.provenance = { data: 'none', figures: [0.5, 1e-300] }
    const ids = wholeNumbers([7, 8], 9)
    const loaded = await loadModel(await model.saveBytes(), { engine })
    expect(await loaded.predict(ids)).toEqual(await model.predict(ids))
    const { labels, preparation, provenance, seed, position, optimizer } = loaded
    expect({ labels, preparation, provenance, seed, position, optimizer }).toEqual({
      labels: ['no', 'yes'],
      preparation: { vocabulary: { constructor: 1, prototype: 2, '': 3 } },
      provenance: { data: 'none', figures: [0.5, 1e-300] },
      seed: 5,
      position: null,
      optimizer: null,
    })
  })
})

it.each(ENGINES)(
  'a file of another arithmetic predicts within 1e-5 on $name, and a resume says so',
  async ({ engine }) => {
    const model = classifier(wasm({ kernels: 'simd' }))
    await model.fit(x, y, { epochs: 2, batchSize: 4 })
    const loaded = await loadModel(await model.saveBytes(), { engine })
    expectNear((await loaded.predict(x)).data, (await model.predict(x)).data, 1e-5, 'predictions')
    const { notes } = await loaded.fit(x, y, { epochs: 3, resume: true })
    const arithmetic = await loaded.arithmetic()
    const told = expect.stringMatching(`${arithmetic}.* not with the same bits`)
    expect(notes).toEqual(arithmetic === 'unfused' ? [] : [told])
  },
)

describe('resume refuses', () => {
  const trained = async () => {
    const model = classifier()
    await model.fit(x, y, { batchSize: 4 })
    return model
  }
  it.each<[string, FitOptions, RegExp]>([
    ['another batch size', { resume: true, batchSize: 8 }, /resume goes on with batchSize 4; got 8/],
    ['another order', { resume: true, shuffle: false }, /resume goes on with shuffle true; got false/],
    ['an initial epoch', { resume: true, initialEpoch: 1 }, /either resume or initialEpoch/],
  ])('%s', async (_, options, reason) => {
    await expect((await trained()).fit(x, y, { epochs: 2, ...options })).rejects.toThrow(reason)
  })

  it('other data', async () => {
    const model = await trained()
    await expect(model.fit(numbers([9, 4, 3]), oneHot([9], 3), { epochs: 2, resume: true })).rejects.toThrow(
      /trained on 22 samples, got 9/,
    )
  })

  it('a model that was not trained', async () => {
    await expect(classifier().fit(x, y, { resume: true })).rejects.toThrow(/was not trained yet/)
  })

  it('nothing where all epochs are done', async () => {
    const model = await trained()
    const sha = await model.weightsSha256()
    const history = await model.fit(x, y, { epochs: 1, resume: true })
    expect(history).toMatchObject({ epoch: [], interrupted: false })
    expect(await model.weightsSha256()).toBe(sha)
  })
})
