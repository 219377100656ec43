import { describe, expect, it } from 'vitest'
import type { TensorLike } from '../data/tensor.ts'
import { reference } from '../engines/reference/reference.ts'
import { OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import type { LossLike } from '../losses/index.ts'
import { sequential } from '../model/sequential.ts'
import { numbers, oneHot, wholeNumbers } from '../testing/data.ts'
import type { ClassWeight } from './classWeights.ts'

const x = numbers([6, 2])

function made(loss: LossLike, units: number, inputShape = [2]) {
  const layer = layers.dense({ units, activation: 'sigmoid', inputShape })
  const model = sequential([layer], { engine: reference(), seed: 1 })
  model.compile({ loss, optimizer: 'sgd', weightedMetrics: ['mse'] })
  return model
}

describe('class weights', () => {
  it.each<[string, LossLike, number, TensorLike, ClassWeight, number[]]>([
    [
      'integer labels',
      'sparseCategoricalCrossentropy',
      3,
      [0, 1, 2, 0, 2, 1],
      { 0: 2, 2: 0.5 },
      [2, 1, 0.5, 2, 0.5, 1],
    ],
    [
      'one-hot labels',
      'categoricalCrossentropy',
      3,
      [
        [0, 1, 0],
        [1, 0, 0],
        [0, 0, 1],
        [0.5, 0.5, 0],
        [0, 1, 0],
        [0, 1, 0],
      ],
      { 0: 3 },
      [1, 3, 1, 3, 1, 1],
    ],
    ['a single output', 'binaryCrossentropy', 1, [0, 1, 1, 0.4, 0, 1], { 1: 3 }, [1, 3, 3, 1, 1, 3]],
  ])('are sample weights told by %s', async (_, loss, units, y, classWeight, sampleWeight) => {
    const [one, other] = [made(loss, units), made(loss, units)]
    const options = { epochs: 2, batchSize: 4, validationSplit: 0.34 }
    const first = await one.fit(x, y, { ...options, classWeight })
    const second = await other.fit(x, y, {
      ...options,
      sampleWeight: sampleWeight.map((weight, i) => (i < 3 ? weight : 1)),
    })
    // the samples held out count alike
    expect(first.history.loss).toEqual(second.history.loss)
    expect(first.history.mse).toEqual(second.history.mse)
    expect(first.history.valLoss).toEqual(second.history.valLoss)
    expect(await one.weightsSha256()).toBe(await other.weightsSha256())
  })

  it.each<[string, unknown, RegExp]>([
    ['a class that the model has not', { 3: 1 }, /classWeight names the class 3, but the model's are 0 to 2/],
    [
      'a name',
      { cat: 2 },
      /classWeight must be an object of finite numbers by whole classes \(not 'cat': 2\)/,
    ],
    ['NaN', { 0: Number.NaN }, /not '0': NaN/],
    ['a list', [1, 2], /classWeight must be an object of weights by class/],
  ])('refused: %s', async (_, classWeight, reason) => {
    const model = made('sparseCategoricalCrossentropy', 3)
    const fit = model.fit(x, wholeNumbers([6], 3), { classWeight: classWeight as ClassWeight })
    await expect(fit).rejects.toThrow(OptionError)
    await expect(fit).rejects.toThrow(reason)
  })

  it('in trainOnBatch a class need not occur in the batch', async () => {
    const [one, other] = [made('binaryCrossentropy', 1), made('binaryCrossentropy', 1)]
    await one.trainOnBatch(x, [0, 0, 0, 0, 0, 0], { classWeight: { 0: 2, 1: 5 } })
    await other.trainOnBatch(x, [0, 0, 0, 0, 0, 0], { sampleWeight: [2, 2, 2, 2, 2, 2] })
    expect(await one.weightsSha256()).toBe(await other.weightsSha256())
    await expect(one.trainOnBatch(x, [0, 0, 0, 0, 0, 0], { classWeight: [1] as never })).rejects.toThrow(
      /^model.trainOnBatch: classWeight must be an object/,
    )
  })

  it('refused: a class that no label has, labels of steps, sample weights beside', async () => {
    const binary = made('binaryCrossentropy', 1)
    await expect(binary.fit(x, [0, 1, 0, 1, 0, 1], { classWeight: { 2: 1 } })).rejects.toThrow(
      /names the class 2, but no label is of it/,
    )
    await expect(
      binary.fit(x, [0, 1, 0, 1, 0, 1], { classWeight: { 1: 1 }, sampleWeight: [1, 1, 1, 1, 1, 1] }),
    ).rejects.toThrow(/give either sampleWeight or classWeight, not both/)
    const steps = made('categoricalCrossentropy', 3, [4, 2])
    await expect(steps.fit(numbers([6, 4, 2]), oneHot([6, 4], 3), { classWeight: { 1: 2 } })).rejects.toThrow(
      /needs one label a sample, .* Give sampleWeight/,
    )
  })
})
