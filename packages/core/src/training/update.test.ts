import { describe, expect, it } from 'vitest'
import { wasm } from '../engines/wasm/index.ts'
import { loadModel } from '../model/load.ts'
import * as optimizers from '../optimizers/index.ts'
import * as schedules from '../schedules/index.ts'
import { WASM_ENGINES } from '../testing/engines.ts'
import { classifier, SAMPLES, stopAfter } from '../testing/models.ts'

const { x, y } = SAMPLES
const OPTIONS = { epochs: 2, batchSize: 4 }
/** ⌈22 samples / 4⌉, twice. */
const BATCHES = 12

const learningRate = schedules.cosineDecay({
  ...{ initialLearningRate: 0.01, decaySteps: 9 },
  ...{ warmupTarget: 0.1, warmupSteps: 3 },
})
const makers = {
  'Nadam with everything': () =>
    optimizers.nadam({
      ...{ learningRate, weightDecay: 0.1, globalClipnorm: 0.2, lossScaleFactor: 3 },
      ...{ useEma: true, emaMomentum: 0.8, emaOverwriteFrequency: 2, gradientAccumulationSteps: 3 },
    }),
  'SGD with averages': () => optimizers.sgd({ learningRate, momentum: 0.9, clipnorm: 0.1, useEma: true }),
  'RMSprop over two batches': () =>
    optimizers.rmsprop({ weightDecay: 0.2, clipvalue: 0.01, gradientAccumulationSteps: 2 }),
  Ftrl: () => optimizers.ftrl({ learningRate, learningRatePower: -0.4 }),
  ...{ Adadelta: optimizers.adadelta, Adagrad: optimizers.adagrad, Adamax: optimizers.adamax },
  Lion: optimizers.lion,
}

function modelWith(make: () => optimizers.Optimizer, engine: ReturnType<typeof wasm>) {
  const model = classifier(engine)
  model.compile({ optimizer: make(), loss: 'categoricalCrossentropy' })
  return model
}

describe.each(WASM_ENGINES)('training on $name', ({ engine }) => {
  it.each(Object.entries(makers))('with %s goes on as if it had never stopped', async (_, make) => {
    const straight = modelWith(make, engine)
    await straight.fit(x, y, OPTIONS)
    const bytes = await straight.saveBytes()
    for (let batches = 1; batches < BATCHES; batches += 2) {
      const first = modelWith(make, engine)
      await first.fit(x, y, { ...OPTIONS, callbacks: [stopAfter(first, batches)] })
      const second = await loadModel(await first.saveBytes(), { engine })
      await second.fit(x, y, { epochs: OPTIONS.epochs, resume: true })
      expect(await second.saveBytes(), `stopped after ${batches} batches`).toEqual(bytes)
    }
  })
})

it.each(Object.entries(makers))('%s has the same bits for any number of threads', async (_, make) => {
  const sums = new Set<string | null>()
  for (const threads of [1, 2, 3]) {
    const model = modelWith(make, wasm({ threads }))
    await model.fit(x, y, { epochs: 3, batchSize: 22 })
    sums.add(await model.weightsSha256())
  }
  expect(sums.size).toBe(1)
})

it('ends with averages in the place of the weights, but not where it was broken off', async () => {
  const model = classifier()
  model.compile({ optimizer: optimizers.adam({ useEma: true }), loss: 'categoricalCrossentropy' })
  await model.fit(x, y, { ...OPTIONS, callbacks: [stopAfter(model, 3)] })
  const average = async () => {
    const { decodeSafetensors } = await import('../file/safetensors.ts')
    return decodeSafetensors(await model.saveBytes(), 'test').tensors.get('optimizer/average/dense/kernel')
      ?.data
  }
  const kernel = async () => (await model.getWeights())[model.weightNames.indexOf('dense/kernel')].data
  expect(await kernel()).not.toEqual(await average())
  await model.fit(x, y, { epochs: OPTIONS.epochs, resume: true })
  expect(await kernel()).toEqual(await average())
})

it.each(WASM_ENGINES)('what an earlier optimizer kept is given up, on $name', async ({ engine }) => {
  const bytesWith = async (...made: (() => optimizers.Optimizer)[]) => {
    const model = classifier(engine)
    for (const make of made) {
      model.compile({ optimizer: make(), loss: 'categoricalCrossentropy' })
      await model.fit(x, y, OPTIONS)
    }
    return (await model.explain()).persistentBytes
  }
  const [sgd, adam] = [await bytesWith(optimizers.sgd), await bytesWith(optimizers.adam)]
  expect(adam).toBeGreaterThan(sgd)
  expect(await bytesWith(optimizers.adam, optimizers.sgd)).toBe(sgd)
  expect(await bytesWith(optimizers.sgd, optimizers.nadam, optimizers.adam)).toBe(adam)
})
