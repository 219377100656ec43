import { describe, expect, it } from 'vitest'
import type { Engine } from '../engines/engine.ts'
import { DataError, NonFiniteError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { loadModel } from '../model/load.ts'
import { type Sequential, sequential } from '../model/sequential.ts'
import * as optimizers from '../optimizers/index.ts'
import { ENGINES, WASM_ENGINES } from '../testing/engines.ts'
import { classifier, SAMPLES, stopAfter } from '../testing/models.ts'

const { x, y } = SAMPLES

describe.each(ENGINES)('in the data, on $name', ({ engine }) => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    '%d is found before training',
    async (bad) => {
      const model = classifier(engine)
      const sha = await model.weightsSha256()
      const data = x.data.slice()
      data[2 * 12 + 3 + 1] = bad
      const samples = { shape: x.shape, data }
      const told = `x[2, 1, 1] is ${bad}; expected finite numbers`
      await expect(model.fit(samples, y)).rejects.toThrow(DataError)
      await expect(model.fit(samples, y)).rejects.toThrow(told)
      await expect(model.predict(samples)).rejects.toThrow(told)
      await expect(model.evaluate(samples, y)).rejects.toThrow(told)
      await expect(model.fit(x, y, { validationData: [samples, y] })).rejects.toThrow(`validation ${told}`)
      const labels = y.data.slice()
      labels[4] = bad
      await expect(model.fit(x, { shape: y.shape, data: labels })).rejects.toThrow(`y[1, 1] is ${bad}`)
      expect(await model.weightsSha256()).toBe(sha)
      expect(model.position).toBeNull()
    },
  )
})

/** y = a·x + b, so that every number is in our hands. */
function line(engine: Engine): Sequential {
  const model = sequential([layers.dense({ units: 1, name: 'line', inputShape: [1] })], { engine, seed: 1 })
  model.compile({
    optimizer: optimizers.sgd({ learningRate: 0.01, momentum: 0.5 }),
    loss: 'meanSquaredError',
  })
  return model
}

function setRate({ optimizer }: Sequential, learningRate: number): void {
  if (optimizer) optimizer.learningRate = learningRate
}

const column = (...values: number[]) => ({ shape: [values.length, 1], data: Float32Array.from(values) })
const SMALL = column(1, 2, 3)

// the reference engine's numbers reach much further than float32's
describe.each(WASM_ENGINES)('in training, on $name', ({ engine }) => {
  it('a loss that blows up stops training before the update; the model is back where the epoch began', async () => {
    const model = line(engine)
    await model.fit(SMALL, SMALL, { batchSize: 1, epochs: 2, shuffle: false })
    const bytes = await model.saveBytes()
    const failure = model.fit(column(1, 2, 1e30), SMALL, {
      batchSize: 1,
      epochs: 3,
      initialEpoch: 2,
      shuffle: false,
    })
    await expect(failure).rejects.toThrow(NonFiniteError)
    await expect(failure).rejects.toMatchObject({ epoch: 2, batch: 2, tensor: 'loss/meanSquaredError.loss' })
    await expect(failure).rejects.toThrow(
      "training left the finite numbers in epoch 3, batch 3: the first tensor with NaN or infinity is 'loss/meanSquaredError.loss'. " +
        'The model is back at the start of epoch 3. Check the data, or lower the learning rate.',
    )
    // weights, slots and counters: what is saved now is what was saved then
    expect(await model.saveBytes()).toEqual(bytes)
    await model.fit(SMALL, SMALL, { batchSize: 1, epochs: 3, resume: true })
    const straight = await loadModel(bytes, { engine })
    await straight.fit(SMALL, SMALL, { batchSize: 1, epochs: 3, resume: true })
    expect(await model.saveBytes()).toEqual(await straight.saveBytes())
  })

  it('a resumed epoch goes back to the batch at which it was taken up', async () => {
    const model = line(engine)
    await model.fit(SMALL, SMALL, { batchSize: 1, shuffle: false, callbacks: [stopAfter(model, 1)] })
    const bytes = await model.saveBytes()
    const failure = model.fit(column(1, 2, 1e30), SMALL, { resume: true })
    await expect(failure).rejects.toThrow(/in epoch 1, batch 3: .* The model is back at batch 1 of epoch 1/)
    expect(await model.saveBytes()).toEqual(bytes)
  })

  it('the first tensor in the order of computation is named', async () => {
    const cell = layers.simpleRNN({ units: 2, activation: 'linear', name: 'echo', inputShape: [40, 1] })
    const model = sequential([cell, layers.dense({ units: 1 })], { engine, seed: 1 })
    model.compile({ loss: 'mse' })
    const weights = await model.getWeights()
    // the state grows a hundredfold every step
    weights[1] = { shape: [2, 2], data: Float32Array.of(100, 0, 0, 100) }
    await model.setWeights(weights)
    const failure = model.fit({ shape: [3, 40, 1], data: new Float32Array(120).fill(1) }, SMALL)
    await expect(failure).rejects.toMatchObject({ epoch: 0, batch: 0, tensor: 'echo/rnn.h' })
  })

  it('weights that came in ruined are named', async () => {
    const model = line(engine)
    await model.setWeights([column(Number.NaN), { shape: [1], data: new Float32Array(1) }])
    await expect(model.fit(SMALL, SMALL)).rejects.toMatchObject({ tensor: 'line/kernel' })
  })

  it('weights that the last update of an epoch ruined never become the copy to go back to', async () => {
    const model = line(engine)
    const bytes: Uint8Array[] = []
    const callback = {
      onEpochBegin: async () => void bytes.push(await model.saveBytes()),
      onBatchEnd: (batch: number) => {
        if (batch === 1 && model.position?.epoch === 1 && model.optimizer) model.optimizer.learningRate = 1e38
      },
    }
    const far = column(1e3, 2e3, 3e3)
    const failure = model.fit(column(0.1, 0.2, 0.3), far, {
      batchSize: 1,
      epochs: 3,
      shuffle: false,
      callbacks: [callback],
    })
    await expect(failure).rejects.toMatchObject({
      name: 'NonFiniteError',
      epoch: 1,
      batch: 2,
      tensor: 'line/kernel',
    })
    if (model.optimizer) model.optimizer.learningRate = 0.01
    expect(await model.saveBytes()).toEqual(bytes[1])
  })

  it('weights that an update within an epoch ruined are not saved over good ones', async () => {
    const model = line(engine)
    const saved: number[] = []
    const ruin = { onBatchBegin: (batch: number) => setRate(model, batch === 1 ? 1e38 : 0.01) }
    const saving = {
      isLast: true,
      onBatchEnd: async (batch: number) => {
        await model.saveBytes()
        saved.push(batch)
      },
    }
    const before = await model.getWeights()
    const failure = model.fit(column(0.1, 0.2, 0.3), column(1e3, 2e3, 3e3), {
      batchSize: 1,
      shuffle: false,
      callbacks: [ruin, saving],
    })
    await expect(failure).rejects.toMatchObject({ name: 'NonFiniteError', batch: 1, tensor: 'line/kernel' })
    await expect(failure).rejects.toThrow('The model is back at the start of epoch 1.')
    expect(saved).toEqual([0])
    expect(await model.getWeights()).toEqual(before)
  })

  it('nor kept when a stop comes while the source is silent', async () => {
    const model = line(engine)
    const stop = new AbortController()
    const source = async function* () {
      yield [column(0.1), column(1e3)] as const
      setTimeout(() => stop.abort(), 10)
      await new Promise(() => {})
    }
    const before = await model.getWeights()
    setRate(model, 1e38)
    await expect(model.fit(source, { signal: stop.signal })).rejects.toMatchObject({ tensor: 'line/kernel' })
    expect(await model.getWeights()).toEqual(before)
  })

  it('trainOnBatch takes back an update that ruins the weights', async () => {
    const model = line(engine)
    const far = column(1e3, 2e3, 3e3)
    await model.trainOnBatch(SMALL, SMALL)
    const bytes = await model.saveBytes()
    setRate(model, 1e38)
    await expect(model.trainOnBatch(SMALL, far)).rejects.toThrow(
      /'line\/kernel'\. The model is back at where it was before this batch\./,
    )
    setRate(model, 0.01)
    expect(await model.saveBytes()).toEqual(bytes)
  })

  it('a fit after a failed one gives the bits that it gives without it', async () => {
    const run = async (failsFirst: boolean) => {
      const model = classifier(engine)
      model.compile({ optimizer: optimizers.adam(), loss: 'meanSquaredError' })
      const far = { shape: y.shape, data: new Float32Array(y.data.length).fill(3e38) }
      if (failsFirst) await expect(model.fit(x, far, { batchSize: 4 })).rejects.toThrow(NonFiniteError)
      await model.fit(x, y, { batchSize: 4, epochs: 2 })
      return model.saveBytes()
    }
    expect(await run(true)).toEqual(await run(false))
  })
})
