import { describe, expect, it } from 'vitest'
import type { Float32Tensor } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import { wasm } from '../engines/wasm/index.ts'
import { DataError, NonFiniteError, OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import { numbers, oneHot } from '../testing/data.ts'
import { ENGINES } from '../testing/engines.ts'
import { model } from './functional.ts'
import { loadModel } from './load.ts'
import type { Model } from './model.ts'
import { sequential } from './sequential.ts'

const N = 12
const engine: Engine = wasm({ threads: 1 })
const x = [numbers([N, 6, 3], 1), numbers([N, 4], 2)]
const y = { class: oneHot([N], 2, 4), level: numbers([N, 1], 3) }

/** Two inputs, a layer shared by both ways, two outputs. */
function twoByTwo(on = engine) {
  const [series, facts] = [input({ shape: [null, 3], name: 'series' }), input({ shape: [4], name: 'facts' })]
  const shared = layers.dense({ units: 5, activation: 'tanh', name: 'shared' })
  const read = shared.apply(layers.lstm({ units: 4, name: 'reader' }).apply(series))
  const outputs = [
    layers.dense({ units: 2, activation: 'softmax', name: 'class' }).apply(read),
    layers.dense({ units: 1, name: 'level' }).apply(shared.apply(facts)),
  ]
  const made = model({ inputs: [series, facts], outputs, seed: 3, engine: on })
  made.compile({
    optimizer: 'sgd',
    loss: { class: 'categoricalCrossentropy', level: 'mse' },
    lossWeights: { level: 0.5 },
    metrics: { class: ['accuracy'] },
  })
  return made
}

describe.each(ENGINES)('a model of two inputs and two outputs on $name', ({ engine: on }) => {
  it('trains, and its total is the weighted sum of the outputs’ losses', async () => {
    const made = twoByTwo(on)
    const { history } = await made.fit(x, y, { epochs: 3, batchSize: N, shuffle: false })
    for (const [epoch, loss] of history.loss.entries())
      expect(loss).toBeCloseTo(history.classLoss[epoch] + 0.5 * history.levelLoss[epoch], 6)
    expect(history.loss[2]).toBeLessThan(history.loss[0])
    const figures = await made.evaluate(x, y)
    expect(Object.keys(figures)).toEqual(['loss', 'classLoss', 'levelLoss', 'classAccuracy'])
    const predictions = await made.predict({ series: x[0], facts: x[1] })
    expect(predictions.map(({ shape }) => shape)).toEqual([
      [N, 2],
      [N, 1],
    ])
  })
})

it('goes through its file with the same bits, in predictions and in further training', async () => {
  const made = twoByTwo()
  await made.fit(x, y, { epochs: 1, batchSize: 5 })
  const loaded = await loadModel<readonly Float32Tensor[]>(await made.saveBytes(), { engine })
  expect(loaded.toJson()).toEqual(made.toJson())
  expect(await loaded.predict(x)).toEqual(await made.predict(x))
  for (const each of [made, loaded] as readonly Pick<Model, 'fit'>[])
    await each.fit(x, y, { epochs: 2, batchSize: 5, resume: true })
  expect(await loaded.weightsSha256()).toBe(await made.weightsSha256())
})

it('a layer that is applied twice has its weights once', () => {
  expect(twoByTwo().weightNames).toEqual([
    'reader/kernel',
    'reader/recurrent_kernel',
    'reader/bias',
    ...['shared', 'class', 'level'].flatMap((name) => [`${name}/kernel`, `${name}/bias`]),
  ])
})

describe('models that share layers', () => {
  it('share their weights, as in Keras; each optimizer keeps its own', async () => {
    const series = input({ shape: [6, 3] })
    const state = layers.lstm({ units: 4 }).apply(series)
    const encoder = model({ inputs: series, outputs: state, seed: 1, engine })
    const whole = model({ inputs: series, outputs: layers.dense({ units: 1 }).apply(state), seed: 2, engine })
    whole.compile({ optimizer: 'adam', loss: 'mse' })
    const before = await encoder.weightsSha256()
    await whole.fit(x[0], y.level, { epochs: 1 })
    expect(await encoder.weightsSha256()).not.toBe(before)
    expect(await encoder.getWeights()).toEqual((await whole.getWeights()).slice(0, 3))
    encoder.compile({ optimizer: 'adam', loss: 'mse' })
    await encoder.fit(x[0], numbers([N, 4], 5), { epochs: 1 })
    expect(await encoder.getWeights()).toEqual((await whole.getWeights()).slice(0, 3))
  })

  it('roll back by themselves: what another one has learned meanwhile stays', async () => {
    const series = input({ shape: [6, 3] })
    const encoder = layers.lstm({ units: 4 })
    encoder.trainable = false
    const state = encoder.apply(series)
    const head = () => layers.dense({ units: 1 }).apply(state)
    const [first, second] = [1, 2].map(() => model({ inputs: series, outputs: head(), seed: 1, engine }))
    for (const each of [first, second]) each.compile({ optimizer: 'adam', loss: 'mse' })
    await second.fit(x[0], y.level, { epochs: 1 })
    const far = { shape: y.level.shape, data: y.level.data.slice() }
    far.data[N - 1] = 3e38
    let bytes: Uint8Array | null = null
    const trainSecond = async () => {
      await second.fit(x[0], y.level, { epochs: 3, resume: true })
      bytes = await second.saveBytes()
    }
    // the first one keeps its copy, the second goes on, the first goes back
    const failure = first.fit(x[0], far, {
      batchSize: 5,
      epochs: 1,
      shuffle: false,
      callbacks: [{ onBatchEnd: (batch: number) => (batch === 0 ? trainSecond() : undefined) }],
    })
    await expect(failure).rejects.toThrow(NonFiniteError)
    expect(await second.saveBytes()).toEqual(bytes)
  })

  it('a model is a layer of another one, frozen where it was frozen', async () => {
    const inner = sequential([layers.gru({ units: 4, inputShape: [6, 3] }), layers.dense({ units: 3 })], {
      name: 'inner',
      engine,
    })
    inner.layers[1].trainable = false
    const outer = sequential([inner, layers.dense({ units: 1 })], { engine })
    expect(outer.weightNames).toEqual([
      'inner/gru/kernel',
      'inner/gru/recurrent_kernel',
      'inner/gru/bias',
      'inner/dense/kernel',
      'inner/dense/bias',
      'dense/kernel',
      'dense/bias',
    ])
    outer.compile({ optimizer: 'sgd', loss: 'mse' })
    const before = await inner.getWeights()
    await outer.fit(x[0], y.level, { epochs: 1 })
    const after = await inner.getWeights()
    expect(after.map(({ data }, i) => data.every((value, k) => value === before[i].data[k]))).toEqual([
      false,
      false,
      false,
      true,
      true,
    ])
    const loaded = await loadModel(await outer.saveBytes(), { engine })
    expect(await loaded.predict(x[0])).toEqual(await outer.predict(x[0]))
  })

  it('a model at every step of another one trains the same weights', async () => {
    const inner = sequential([layers.dense({ units: 2, inputShape: [3] })], { name: 'inner', engine })
    const outer = sequential(
      [layers.timeDistributed({ layer: inner, inputShape: [6, 3] }), layers.gru({ units: 1 })],
      { engine },
    )
    expect(outer.weightNames.slice(0, 2)).toEqual([
      'time_distributed/inner/dense/kernel',
      'time_distributed/inner/dense/bias',
    ])
    outer.compile({ optimizer: 'sgd', loss: 'mse' })
    const before = await inner.getWeights()
    await outer.fit(x[0], y.level, { epochs: 1 })
    expect(await inner.getWeights()).not.toEqual(before)
    expect(await inner.getWeights()).toEqual((await outer.getWeights()).slice(0, 2))
    const loaded = await loadModel(await outer.saveBytes(), { engine })
    expect(await loaded.predict(x[0])).toEqual(await outer.predict(x[0]))
  })

  it('a model that leaves the length open has the length that it is given', async () => {
    const inner = sequential([layers.simpleRNN({ units: 3, returnSequences: true, inputShape: [null, 2] })], {
      engine,
      name: 'inner',
    })
    const outer = sequential([layers.dense({ units: 2, inputShape: [5, 2] }), inner, layers.flatten()], {
      engine,
    })
    expect(outer.outputShape).toEqual([15])
    expect(inner.outputShape).toEqual([null, 3])
    const samples = numbers([4, 5, 2])
    expect((await outer.predict(samples)).shape).toEqual([4, 15])
    const loaded = await loadModel(await outer.saveBytes(), { engine })
    expect(await loaded.predict(samples)).toEqual(await outer.predict(samples))
    expect((await inner.predict(numbers([4, 7, 2]))).shape).toEqual([4, 7, 3])
  })

  it('a layer of a model that could not be made is free for another one', () => {
    const dense = layers.dense({ units: 2 })
    expect(() => sequential([dense, layers.lstm({ units: 1 })], { engine }).build([3])).toThrow(DataError)
    const made = sequential([dense], { engine })
    made.build([4])
    expect(made.countParams()).toBe(4 * 2 + 2)
  })

  it('whose weights exist apart already cannot become one', async () => {
    const [a, b] = [3, 4].map((units) =>
      sequential([layers.dense({ units, inputShape: [4] })], { engine, name: `part${units}` }),
    )
    await a.getWeights()
    await b.getWeights()
    expect(() => sequential([a, layers.dense({ units: 4 }), b], { engine })).toThrow(OptionError)
  })
})

it('a shared normalization moves its averages at every call, one after the other, as in Keras', async () => {
  const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })]
  const shared = layers.batchNormalization({ momentum: 0.5 })
  const net = model({
    inputs: [a, b],
    outputs: layers.add().apply([shared.apply(a), shared.apply(b)]),
    engine,
  })
  net.compile({ optimizer: 'sgd', loss: 'mse' })
  // means [2, 3] and [10, 20]
  const x = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [9, 15],
      [11, 25],
    ],
  ]
  await net.fit(x, [
    [0, 0],
    [0, 0],
  ])
  const [, , mean, variance] = await net.getWeights()
  expect([...mean.data]).toEqual([0.25 * 2 + 0.5 * 10, 0.25 * 3 + 0.5 * 20])
  // they start at 1; variances [1, 1] and [1, 25]
  expect([...variance.data]).toEqual([1, 0.5 + 0.5 * 25])
})

describe('graphs that cannot be', () => {
  const a = input({ shape: [4], name: 'a' })

  it.each<[string, () => unknown, typeof OptionError | typeof DataError, RegExp]>([
    [
      'an output that no input leads to',
      () => model({ inputs: a, outputs: layers.dense({ units: 1 }).apply(input({ shape: [3], name: 'b' })) }),
      OptionError,
      /depends on the input 'b', which is not among the model's inputs/,
    ],
    [
      'a shared layer with two input sizes',
      () => {
        const shared = layers.dense({ units: 2, name: 'shared' })
        const b = input({ shape: [3], name: 'b' })
        return model({ inputs: [a, b], outputs: [shared.apply(a), shared.apply(b)] })
      },
      DataError,
      /'shared' is shared by inputs of different sizes, \[batch, 4\] and \[batch, 3\]/,
    ],
    [
      'a model on tensors of other shapes',
      () => {
        const two = [input({ shape: [4] }), input({ shape: [2] })]
        const inner = model({ inputs: two, outputs: layers.concatenate().apply(two), name: 'inner' })
        return inner.apply([a, a])
      },
      DataError,
      /model 'inner' takes \[batch, 4\], \[batch, 2\]; got \[batch, 4\], \[batch, 4\]/,
    ],
    [
      'no layer at all',
      () => model({ inputs: a, outputs: a }),
      OptionError,
      /there is no layer between its inputs and outputs. Apply one/,
    ],
    [
      'an input from the middle of a graph',
      () => {
        const middle = layers.dense({ units: 3, name: 'below' }).apply(a)
        return model({ inputs: middle, outputs: layers.dense({ units: 1 }).apply(middle) })
      },
      OptionError,
      /inputs must be made by input\(…\); one is the result of the layer 'below'.*of the shape \[batch, 3\]/,
    ],
    [
      'a layer of another model, of another size',
      () => {
        const dense = layers.dense({ units: 2, name: 'dense' })
        sequential([dense]).build([3])
        return model({ inputs: a, outputs: dense.apply(a) })
      },
      DataError,
      /'dense' is part of another model, where its kernel is \[3,2\]; here it would be \[4,2\]/,
    ],
    [
      'numbers as inputs',
      () => model({ inputs: 5 as never, outputs: a }),
      OptionError,
      /'inputs' must be a tensor made by input/,
    ],
    [
      'a layer on numbers',
      () => layers.dense({ units: 1 }).apply([1, 2] as never),
      OptionError,
      /expected what input/,
    ],
    [
      'two inputs for a layer of one',
      () => layers.dense({ units: 1 }).apply([a, a]),
      OptionError,
      /Dense.apply: this layer takes one tensor; got 2/,
    ],
    [
      'one input for a model of two',
      () => {
        const b = input({ shape: [4], name: 'b' })
        return model({ inputs: [a, b], outputs: layers.add().apply([a, b]) }).apply(a)
      },
      OptionError,
      /functional.apply: this layer takes a list of 2 tensors; got 1/,
    ],
    [
      'a layer by itself and in a wrapper',
      () => {
        const shared = layers.dense({ units: 2, name: 'shared' })
        const steps = input({ shape: [3, 4] })
        return model({
          inputs: [a, steps],
          outputs: [shared.apply(a), layers.timeDistributed({ layer: shared, name: 'each' }).apply(steps)],
        })
      },
      OptionError,
      /the layer in 'each' is also used by 'shared', where it would have other weights/,
    ],
    [
      'states for a layer without',
      () => layers.dense({ units: 1 }).apply(a, { initialState: a }),
      OptionError,
      /this layer has no states; leave initialState out/,
    ],
    [
      'an empty list of states',
      () => layers.lstm({ units: 1 }).apply(input({ shape: [3, 2] }), { initialState: [] }),
      OptionError,
      /initialState holds no states/,
    ],
    [
      'a loss for an output that is not there',
      () => {
        const made = model({ inputs: a, outputs: layers.dense({ units: 1, name: 'out' }).apply(a), engine })
        made.compile({ loss: { other: 'mse' } })
        return made.fit([[1, 2, 3, 4]], [[1]])
      },
      OptionError,
      /loss names an output 'other'; the model's outputs are out/,
    ],
  ])('%s', async (_, make, kind, reason) => {
    const made = async () => make()
    await expect(made()).rejects.toThrow(kind)
    await expect(made()).rejects.toThrow(reason)
  })

  it('a configuration with a ring', async () => {
    const { CLASSES } = await import('./classes.ts')
    const { readModelJson } = await import('./read.ts')
    const text = JSON.stringify(twoByTwo().toJson()).replace('["series",0,0]', '["shared",0,0]')
    expect(() => readModelJson(JSON.parse(text), CLASSES)).toThrow(
      /its graph has a cycle, or names a layer that is not there/,
    )
  })

  it('inputs that are missing, too many, or of different lengths', async () => {
    const made = twoByTwo()
    await expect(made.predict([x[0]])).rejects.toThrow(/the model has 2 \(series, facts\)/)
    await expect(made.predict({ series: x[0] })).rejects.toThrow(/'facts' is missing/)
    await expect(made.predict({ series: x[0], facts: x[1], more: x[1] })).rejects.toThrow(
      /there is no 'more'/,
    )
    await expect(made.predict([x[0], numbers([N - 1, 4], 1)])).rejects.toThrow(/must hold as many samples/)
  })
})

it('tells several outputs of one layer apart', async () => {
  const series = input({ shape: [6, 3] })
  const outputs = layers.lstm({ units: 4, returnState: true, name: 'l' }).applyAll(series)
  const made = model({ inputs: series, outputs, seed: 3, engine })
  const [output, h, c] = await made.predict(x[0])
  expect(h.data).toEqual(output.data)
  expect(c.data).not.toEqual(h.data)
  made.compile({ optimizer: 'sgd', loss: ['mse', 'mae', null] })
  const zeros = { shape: [N, 4], data: new Float32Array(N * 4) }
  const { history } = await made.fit(x[0], [zeros, zeros, zeros] as never)
  const absolute = (values: Float32Array) =>
    values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length
  expect(Object.keys(history)).toEqual(expect.arrayContaining(['loss', 'lLoss', 'l1Loss']))
  expect(history.l1Loss[0]).toBeCloseTo(absolute(h.data), 3)
})
