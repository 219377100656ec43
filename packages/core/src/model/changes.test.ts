import { describe, expect, it } from 'vitest'
import { wasm } from '../engines/wasm/index.ts'
import { DataError, OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import { numbers } from '../testing/data.ts'
import { model } from './functional.ts'
import { sequential } from './sequential.ts'
import { modelFromConfig } from './serialize.ts'

const engine = wasm({ threads: 1 })
const [x, y] = [numbers([6, 4, 3]), numbers([6, 1], 2)]

describe('sequential.add and pop', () => {
  it('make the model that the list makes', async () => {
    const made = sequential([], { engine, seed: 1 })
    made.add(layers.gru({ units: 2, inputShape: [4, 3] }))
    made.add(layers.dense({ units: 1 }))
    const listed = sequential([layers.gru({ units: 2, inputShape: [4, 3] }), layers.dense({ units: 1 })], {
      engine,
      seed: 1,
    })
    expect(made.toJson()).toEqual(listed.toJson())
    expect(await made.predict(x)).toEqual(await listed.predict(x))
  })

  it('keep the weights of what stays, and train a new head on it', async () => {
    const made = sequential([layers.gru({ units: 2, inputShape: [4, 3] }), layers.dense({ units: 5 })], {
      engine,
    })
    made.compile({ optimizer: 'adam', loss: 'mse' })
    await made.fit(x, numbers([6, 5], 3))
    const [kernel] = await made.getWeights()
    expect(made.pop().className).toBe('Dense')
    expect(made.outputShape).toEqual([2])
    expect((await made.predict(x)).shape).toEqual([6, 2])
    made.add(layers.dense({ units: 1 }))
    expect((await made.getWeights())[0]).toEqual(kernel)
    await expect(made.fit(x, y)).rejects.toThrow(/not compiled/)
    made.compile({ optimizer: 'adam', loss: 'mse' })
    const { history } = await made.fit(x, y, { epochs: 20 })
    expect(history.loss[19]).toBeLessThan(history.loss[0])
  })

  it('refuse while the model is trained', async () => {
    const made = sequential([layers.gru({ units: 1, inputShape: [4, 3] })], { engine })
    made.compile({ loss: 'mse' })
    const training = made.fit(x, y)
    expect(() => made.pop()).toThrow(OptionError)
    await training
  })
})

describe('model.trainable', () => {
  it('freezes all layers, models in it too, and stands in the JSON', async () => {
    const inner = sequential([layers.gru({ units: 2, inputShape: [4, 3] })], { engine, name: 'inner' })
    const start = input({ shape: [4, 3] })
    const outputs = layers.dense({ units: 1 }).apply(inner.apply(start))
    const made = model({ inputs: start, outputs, engine })
    inner.trainable = false
    made.compile({ optimizer: 'sgd', loss: 'mse' })
    const before = await made.getWeights()
    await made.fit(x, y)
    const after = await made.getWeights()
    expect(after.map((weight, i) => String(weight.data) === String(before[i].data))).toEqual([
      ...[true, true, true],
      ...[false, false],
    ])
    expect(JSON.stringify(made.getConfig())).toContain('"inner","trainable":false')

    made.trainable = false
    expect(made.layers.map(({ trainable }) => trainable)).toEqual([false, false])
    // Keras: what the model forbids, no layer allows
    made.layers[1].trainable = true
    expect(made.summary()).toMatch(/ 0 trained, 45 frozen/)
    const read = modelFromConfig(made.toJson(), { engine })
    expect(read.trainable).toBe(false)
    made.trainable = true
    expect(inner.trainable).toBe(true)
  })
})

describe('layer.getWeights and setWeights', () => {
  it('are those of the model, for one layer', async () => {
    const dense = layers.dense({ units: 1 })
    await expect(dense.getWeights()).rejects.toThrow(/layer 'Dense' has no weights yet/)
    const made = sequential([layers.gru({ units: 2, inputShape: [4, 3] }), dense], { engine })
    const all = await made.getWeights()
    expect(await made.getLayer('gru').getWeights()).toEqual(all.slice(0, 3))
    await dense.setWeights([[[1], [2]], [3]])
    const [kernel, bias] = (await made.getWeights()).slice(3)
    expect([...kernel.data, ...bias.data]).toEqual([1, 2, 3])
    expect((await made.getWeights()).slice(0, 3)).toEqual(all.slice(0, 3))
    await expect(dense.setWeights([[[1], [2]]])).rejects.toThrow(DataError)
    await expect(dense.setWeights([[[1], [2]]])).rejects.toThrow(
      /layer\.setWeights: expected 2 tensors \(dense\/kernel \[2,1\], dense\/bias \[1\]\); got 1/,
    )
  })
})
