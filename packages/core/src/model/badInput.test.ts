import { describe, expect, it } from 'vitest'
import type { TensorLike } from '../data/tensor.ts'
import { reference } from '../engines/reference/reference.ts'
import { DataError, OptionError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import * as losses from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import * as optimizers from '../optimizers/index.ts'
import { numbers } from '../testing/data.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import { model } from './functional.ts'
import type { CompileOptions, FitOptions } from './options.ts'
import { sequential } from './sequential.ts'

const engine = reference()
const { x, y } = SAMPLES
const pixels = layers.lstm({ units: 4, inputShape: [28, 28] })

/** Nothing that was refused has touched the model. */
async function untouched(act: (model: ReturnType<typeof classifier>) => Promise<void>): Promise<void> {
  const model = classifier()
  const sha = await model.weightsSha256()
  await act(model)
  expect(await model.weightsSha256()).toBe(sha)
  expect(model.position).toBeNull()
}

describe('data of a wrong shape', () => {
  it.each<[string, TensorLike, RegExp]>([
    ['other features', numbers([2, 4, 5]), /^x: the model expects \[batch, 4, 3\]; got \[2, 4, 5\]\./],
    [
      'a channel too many, as the tutorial has it',
      numbers([2, 4, 3, 1]),
      /got \[2, 4, 3, 1\]\. The sizes agree: give the shape \[2, 4, 3\]\./,
    ],
    ['flat', numbers([2, 12]), /got \[2, 12\]\. The sizes agree: give the shape \[2, 4, 3\]\./],
    [
      'a single sample',
      numbers([4, 3]),
      /got \[4, 3\]\. A single sample needs a batch axis in front: \[1, 4, 3\]\./,
    ],
    ['no samples', numbers([0, 4, 3]), /^x holds no samples/],
    ['nothing', [], /^x holds no samples/],
    [
      'a shape that its data do not fill',
      { shape: [2, 4, 3], data: new Float32Array(23) },
      /shape \[2,4,3\] needs 24 numbers; data hold 23/,
    ],
    [
      'half a sample',
      { shape: [1.5, 4, 3], data: new Float32Array(18) },
      /a shape holds whole numbers; got \[1\.5,4,3\]/,
    ],
    [
      'ragged',
      [
        [
          [1, 2, 3],
          [1, 2],
        ],
      ],
      /nested arrays must all have the same lengths; the first entries say \[1,2,3\], but then came an array of 2/,
    ],
    ['texts', [[['1', '2', '3']]] as never, /but then came '1'/],
    [
      'doubles',
      { shape: [1, 4, 3], data: new Float64Array(12) } as never,
      /expected a tensor \{ shape, data: Float32Array/,
    ],
    ['no tensor', 5 as never, /expected a tensor .* or nested arrays; got 5/],
    ['nothing at all', undefined as never, /expected a tensor .* got undefined/],
  ])('%s', async (_, bad, reason) => {
    await untouched(async (model) => {
      for (const call of [() => model.predict(bad), () => model.fit(bad, y), () => model.evaluate(bad, y)]) {
        await expect(call()).rejects.toThrow(DataError)
        await expect(call()).rejects.toThrow(reason)
      }
    })
  })

  it('the tutorial’s (28, 28, 1) is told what to write, in the layer and in the data', async () => {
    expect(() => sequential([layers.lstm({ units: 4, inputShape: [28, 28, 1] })], { engine })).toThrow(
      /leave the channel out: inputShape: \[28, 28\], and data of shape \[samples, 28, 28\]/,
    )
    const model = sequential([pixels], { engine })
    await expect(model.predict(numbers([2, 28, 28, 1]))).rejects.toThrow(/give the shape \[2, 28, 28\]/)
    const open = sequential([layers.lstm({ units: 4 })], { engine })
    await expect(open.predict(numbers([2, 28, 28, 1]))).rejects.toThrow(/leave the channel out/)
    await expect(open.predict(numbers([2, 4, 3]))).resolves.toMatchObject({ shape: [2, 4] })
  })

  it('ids that are no ids', async () => {
    const model = sequential([layers.embedding({ inputDim: 5, outputDim: 2, inputShape: [3] })], { engine })
    const told = /ids must be whole numbers from 0 to 4 \(the embedding's inputDim is 5\); entry 1 is/
    for (const bad of [5, -1, 0.5]) await expect(model.predict([[0, bad, 1]])).rejects.toThrow(told)
    await expect(model.predict([[0, 4, 1]])).resolves.toMatchObject({ shape: [1, 3, 2] })
  })
})

describe('options of fit, predict and evaluate', () => {
  it.each<[Record<string, unknown>, RegExp]>([
    [{ batchSize: 0 }, /model\.fit: option 'batchSize' must be a whole number greater than 0; got 0/],
    [{ batchSize: -1 }, /'batchSize' must be .*; got -1/],
    [{ batchSize: 1.5 }, /'batchSize' must be .*; got 1\.5/],
    [{ epochs: 0 }, /'epochs' must be a whole number greater than 0; got 0/],
    [{ epoch: 3 }, /no option 'epoch'\. Did you mean 'epochs'\?/],
    [{ batch_size: 3 }, /no option 'batch_size'\. Did you mean 'batchSize'\?/],
    [{ validationSplit: 1 }, /'validationSplit' must be a number from 0 up to, but not including, 1; got 1/],
    [{ validationData: x }, /'validationData' must be a pair \[x, y\]/],
    [{ validationData: [x, y], validationSplit: 0.5 }, /either validationData or validationSplit/],
    [{ shuffle: 'batch' }, /'shuffle' must be true or false; got 'batch'/],
    [{ signal: {} }, /'signal' must be an AbortSignal/],
    [{ callbacks: { onEpochEnd() {} } }, /'callbacks' must be an array/],
    [
      { callbacks: [{ onEpochsEnd() {} }] },
      /each of the callbacks must be an object with hooks; there is no hook 'onEpochsEnd'. Did you mean 'onEpochEnd'\?/,
    ],
    [{ callbacks: [() => {}] }, /each of the callbacks must be an object with hooks/],
    [{ initialEpoch: -1 }, /'initialEpoch' must be a whole number of at least 0/],
    [{ classWeight: 5 }, /classWeight must be an object of weights by class/],
    [{ stepsPerEpoch: 5 }, /'stepsPerEpoch' goes with a source of batches/],
  ])('fit %j', async (options, reason) => {
    await untouched(async (model) => {
      await expect(model.fit(x, y, options as FitOptions)).rejects.toThrow(OptionError)
      await expect(model.fit(x, y, options as FitOptions)).rejects.toThrow(reason)
    })
  })

  it('a split that leaves nothing', async () => {
    await untouched(async (model) => {
      await expect(model.fit(x, y, { validationSplit: 0.99 })).rejects.toThrow(
        /validationSplit 0\.99 of 22 samples leaves 0 to train on and 22 to validate/,
      )
    })
  })

  it('predict and evaluate', async () => {
    const model = classifier()
    await expect(model.predict(x, { batchSize: 0 })).rejects.toThrow(
      /model\.predict: option 'batchSize' must be/,
    )
    await expect(model.evaluate(x, y, { batchsize: 3 } as object)).rejects.toThrow(
      /model\.evaluate: there is no option 'batchsize'\. Did you mean 'batchSize'\?/,
    )
    await expect(model.evaluate(x, y, { sampleWeight: [1] } as object)).rejects.toThrow(
      /sampleWeight: expected one number a sample, shape \[22\]; got \[1\]/,
    )
  })

  it('an aborted signal rejects them with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(classifier().predict(x, { signal })).rejects.toThrow('enough')
    await expect(classifier().evaluate(x, y, { signal })).rejects.toThrow('enough')
  })
})

describe('compile', () => {
  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /option 'loss' is missing/],
    [{ loss: 'mse', optimiser: 'adam' }, /no option 'optimiser'\. Did you mean 'optimizer'\?/],
    [
      { loss: 'categoricalCrossEntropy' },
      /no loss 'categoricalCrossEntropy'\. Did you mean 'categoricalCrossentropy'\?/,
    ],
    [{ loss: 'constructor' }, /no loss 'constructor'/],
    [{ loss: 'ce' }, /the loss 'ce' is not supported: name the categorical,/],
    [{ loss: 'circle' }, /the loss 'circle' is not supported: it compares all samples/],
    [{ loss: Math.abs }, /expected the name of a loss, or one made by losses/],
    [{ loss: 'mse', optimizer: 'adma' }, /no optimizer 'adma'\. Did you mean 'adam'\?/],
    [{ loss: 'mse', optimizer: {} }, /expected the name of an optimizer/],
    [{ loss: 'mse', metrics: ['acuracy'] }, /no metric 'acuracy'\. Did you mean 'accuracy'\?/],
    [{ loss: 'mse', metrics: 'accuracy' }, /'metrics' must be a list, or an object by output names/],
    [{ loss: 'mse', metrics: [5] }, /expected the name of a metric/],
    [{ loss: 'mse', lossWeights: ['1'] }, /each of lossWeights must be a finite number; got '1'/],
    [{ loss: 'mse', jitCompile: true }, /'jitCompile' is not supported yet/],
  ])('%j', (options, reason) => {
    const model = sequential([pixels], { engine })
    expect(() => model.compile(options as unknown as CompileOptions)).toThrow(OptionError)
    expect(() => model.compile(options as unknown as CompileOptions)).toThrow(reason)
  })

  it.each<[() => unknown, RegExp]>([
    [() => optimizers.sgd({ momentum: 1.5 }), /'momentum' must be a number from 0 to 1; got 1.5/],
    [
      () => optimizers.adam({ learningRate: -1 }),
      /'learningRate' must be a number of at least 0, .*; got -1/,
    ],
    [() => optimizers.adam({ learningRate: Number.NaN }), /'learningRate' must be .*; got NaN/],
    [() => optimizers.adam({ beta_1: 0.9 } as object), /no option 'beta_1'\. Did you mean 'beta1'\?/],
    [() => optimizers.rmsprop({ epsilon: -1 }), /'epsilon' must be a number of at least 0/],
    [
      () => losses.categoricalCrossentropy({ labelSmoothing: 1.1 }),
      /'labelSmoothing' must be a number from 0 to 1; got 1\.1/,
    ],
    [
      () => losses.binaryCrossentropy({ fromLogits: 1 } as object),
      /'fromLogits' must be true or false; got 1/,
    ],
    [
      () => losses.sparseCategoricalCrossentropy({ ignoreClass: 0.5 }),
      /'ignoreClass' must be a whole number; got 0\.5/,
    ],
    [
      () => losses.meanSquaredError({ reduction: 'average' } as object),
      /'reduction' must be one of 'sum_over_batch_size', .*; got 'average'/,
    ],
    [
      () => losses.huber({ delta: 0 }),
      /losses\.huber: option 'delta' must be a number greater than 0; got 0/,
    ],
    [() => losses.hinge({ delta: 1 } as object), /losses\.hinge: there is no option 'delta'/],
    [
      () => losses.categoricalCrossentropy({ axis: 1 } as object),
      /'axis' must be -1: a loss is taken along the last axis of the predictions; got 1/,
    ],
    [
      () => losses.categoricalGeneralizedCrossEntropy({ q: 1 }),
      /'q' must be a number between 0 and 1; got 1/,
    ],
    [() => losses.dice({ reduction: 'sum' }), /with axis null a batch has a single loss/],
    [() => losses.tversky({ alpha: -1 }), /'alpha' must be a number of at least 0; got -1/],
  ])('parts, case %#', (call, reason) => {
    expect(call).toThrow(OptionError)
    expect(call).toThrow(reason)
  })
})

it.each<[readonly string[], Partial<CompileOptions>, string]>([
  [['a'], { metrics: [metrics.meanAbsoluteError({ name: 'loss' })] }, 'loss'],
  [['a'], { metrics: [metrics.meanAbsoluteError({ name: 'seconds' })] }, 'seconds'],
  [['a'], { metrics: ['mae', 'mae', metrics.meanAbsoluteError({ name: 'mae1' })] }, 'mae1'],
  [['a_b', 'aB'], {}, 'aBLoss'],
  [['val', 'b'], {}, 'valLoss'],
])('figures of %j with %j would not be told apart', async (names, options, name) => {
  const x = input({ shape: [2] })
  const outputs = names.map((each) => layers.dense({ units: 1, name: each }).apply(x))
  const made = model({ inputs: x, outputs, engine })
  made.compile({ loss: 'mse', ...options })
  const fit = () =>
    made.fit(
      [[1, 2]],
      names.map(() => [[1]]),
    )
  await expect(fit()).rejects.toThrow(OptionError)
  await expect(fit()).rejects.toThrow(`there would be two figures named '${name}'`)
})

describe('models', () => {
  const dense = () => layers.dense({ units: 1, inputShape: [2] })
  it.each<[() => unknown, RegExp]>([
    [() => sequential([]).build([3]), /has no layers yet; give it some, or add\(\) them/],
    [() => sequential([]).pop(), /has no layers to take off/],
    [() => sequential(dense() as never), /expected a list/],
    [() => sequential([dense(), 'dense' as never]), /entry 1 is not a layer; make layers by layers\.lstm/],
    [() => sequential([dense()], { sed: 1 } as object), /no option 'sed'\. Did you mean 'seed'\?/],
    [() => sequential([dense()], { seed: -1 }), /'seed' must be a whole number from 0 to 2\^53 - 1; got -1/],
    [() => sequential([dense()], { seed: 0.5 }), /'seed' must be/],
    [() => sequential([dense()], { name: 5 as never }), /'name' must be a text/],
    [() => sequential([dense()], { engine: 'wasm' as never }), /'engine' must be an engine/],
    [
      () => sequential([layers.dense({ units: 1, name: 'a' }), layers.dense({ units: 1, name: 'a' })]),
      /two layers are named 'a'/,
    ],
    [() => sequential([dense()], { engine }).build([2]), /is built already/],
    [
      () => sequential([layers.dense({ units: 1 })], { engine }).build([0]),
      /input's shape must be an array of whole numbers greater than 0/,
    ],
    [() => sequential([layers.dense({ units: 1 })], { engine }).summary(), /does not know its input yet/],
  ])('case %#', (call, reason) => {
    expect(call).toThrow(OptionError)
    expect(call).toThrow(reason)
  })

  it('cannot train or evaluate before compile', async () => {
    const model = sequential([dense()], { engine })
    await expect(model.fit([[1, 2]], [[1]])).rejects.toThrow(
      /model\.fit: the model is not compiled\. Call model\.compile/,
    )
    await expect(model.evaluate([[1, 2]], [[1]])).rejects.toThrow(
      /model\.evaluate: the model is not compiled/,
    )
    await expect(model.explain({ program: 'training' })).rejects.toThrow(/not compiled/)
  })

  it('do one training at a time', async () => {
    const model = classifier()
    const running = model.fit(x, y)
    await expect(model.fit(x, y)).rejects.toThrow(/this model is being trained; wait for fit\(\) to end/)
    expect(() => model.compile({ loss: 'mse' })).toThrow(/is being trained/)
    await running
    await model.fit(x, y)
  })

  it('setWeights takes exactly what getWeights gives', async () => {
    await untouched(async (model) => {
      const weights = await model.getWeights()
      await expect(model.setWeights(weights.slice(1))).rejects.toThrow(
        /expected 5 tensors \(lstm\/kernel \[3,20\], .*\); got 4/,
      )
      await expect(model.setWeights(undefined as never)).rejects.toThrow(
        /expected 5 tensors .*; got undefined/,
      )
      const swapped = [weights[1], weights[0], ...weights.slice(2)]
      await expect(model.setWeights(swapped)).rejects.toThrow(
        /weight 'lstm\/kernel' has the shape \[3,20\]; got \[5,20\]/,
      )
      const last = [...weights.slice(0, 4), [1, 2]]
      await expect(model.setWeights(last)).rejects.toThrow(
        /weight 'dense\/bias' has the shape \[3\]; got \[2\]/,
      )
      await expect(model.setWeights([...weights.slice(0, 4), 'x' as never])).rejects.toThrow(
        /dense\/bias: expected a tensor/,
      )
      for (const bad of [weights.slice(1), swapped, last])
        await expect(model.setWeights(bad)).rejects.toThrow(DataError)
    })
  })

  it('explain says what it needs', async () => {
    const open = sequential([layers.lstm({ units: 2, inputShape: [null, 3] })], { engine })
    await expect(open.explain()).rejects.toThrow(
      /leaves the number of time steps open; give one, e\.g\. \{ time: 100 \}/,
    )
    await expect(open.explain({ time: 5, program: 'inference' as never })).rejects.toThrow(
      /'program' must be 'training' or 'prediction'/,
    )
    expect((await open.explain({ time: 5 })).text).toContain(
      "One prediction on 32 samples, engine 'reference'",
    )
  })
})
