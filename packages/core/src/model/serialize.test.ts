import { describe, expect, it } from 'vitest'
import { isObject, type Json } from '../config/keras.ts'
import * as constraints from '../constraints/index.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import { wasm } from '../engines/wasm/index.ts'
import { OptionError } from '../errors.ts'
import * as initializers from '../initializers/index.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import * as losses from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import * as optimizers from '../optimizers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import * as schedules from '../schedules/index.ts'
import { numbers } from '../testing/data.ts'
import { model } from './functional.ts'
import type { CompileOptions } from './options.ts'
import { sequential } from './sequential.ts'
import { deserialize, modelFromConfig, type Serializable, serialize } from './serialize.ts'

const engine = wasm({ threads: 1 })

const MADE: Readonly<Record<string, readonly [module: string, className: string, made: Serializable]>> = {
  layer: ['keras.layers', 'LSTM', layers.lstm({ units: 3, returnSequences: true, name: 'reader' })],
  optimizer: ['keras.optimizers', 'Adam', optimizers.adam({ learningRate: 0.5, clipnorm: 1 })],
  schedule: [
    'keras.optimizers.schedules',
    'ExponentialDecay',
    schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }),
  ],
  loss: ['keras.losses', 'Huber', losses.huber({ delta: 2 })],
  metric: ['keras.metrics', 'Precision', metrics.precision({ thresholds: 0.3 })],
  initializer: ['keras.initializers', 'HeNormal', initializers.heNormal({ seed: 4 })],
  regularizer: ['keras.regularizers', 'L1L2', regularizers.l1l2({ l1: 0.1, l2: 0.2 })],
  constraint: ['keras.constraints', 'MaxNorm', constraints.maxNorm({ maxValue: 3 })],
}

describe('serialize and deserialize', () => {
  it.each(Object.entries(MADE))('%s', (_, [module, className, made]) => {
    const json = serialize(made)
    expect(json).toMatchObject({ module, class_name: className })
    const text = JSON.stringify(json)
    expect(JSON.stringify(serialize(deserialize(JSON.parse(text))))).toBe(text)
  })

  it.each([
    () => losses.huber({ reduction: 'sumOverBatchSize' }),
    () => losses.huber({ reduction: 'sum_over_batch_size' }),
    () => metrics.r2Score({ classAggregation: 'varianceWeightedAverage' }),
    () => initializers.varianceScaling({ mode: 'fanOut', distribution: 'untruncated_normal' }),
    () => initializers.varianceScaling({ mode: 'fan_out', distribution: 'untruncatedNormal' }),
  ])('words are taken in either spelling, and written in Keras’s: %s', (make) => {
    const text = JSON.stringify(serialize(make()))
    expect(text).toMatch(/"(sum_over_batch_size|variance_weighted_average|fan_out)"/)
    expect(text).not.toMatch(/"[a-z]+[A-Z][a-z]+"(?!:)/)
    expect(JSON.stringify(serialize(deserialize(JSON.parse(text))))).toBe(text)
  })

  it('names are taken in either spelling', () => {
    const compiled = (options: CompileOptions, kernelInitializer: 'heNormal' | 'he_normal') => {
      const made = sequential([layers.dense({ units: 2, kernelInitializer, inputShape: [3] })], { engine })
      made.compile(options)
      return made.toJson()
    }
    const ours = compiled(
      { optimizer: 'adamW', loss: 'meanSquaredError', metrics: ['mse', 'topKCategoricalAccuracy'] },
      'heNormal',
    )
    const keras = compiled(
      { optimizer: 'adamw', loss: 'mean_squared_error', metrics: ['mse', 'top_k_categorical_accuracy'] },
      'he_normal',
    )
    expect(keras).toEqual(ours)
    expect(keras).toMatchObject({ compile_config: { loss: 'mean_squared_error' } })
  })

  it('an optimizer keeps its schedule', () => {
    const learningRate = schedules.cosineDecay({ initialLearningRate: 0.1, decaySteps: 100 })
    const json = serialize(optimizers.sgd({ learningRate }))
    expect(isObject(json) && json.config).toMatchObject({ learning_rate: { class_name: 'CosineDecay' } })
    expect(serialize(deserialize(json))).toEqual(json)
  })

  it('the one layer without `trainable` has none inside another layer and by itself either', () => {
    const layer = layers.spatialDropout1d({ rate: 0.2 })
    const plain = { rate: 0.2, seed: null, name: 'spatial_dropout1d', dtype: 'float32' }
    const alone = serialize(layer)
    expect(isObject(alone) && alone.config).toEqual(plain)
    const around = serialize(layers.timeDistributed({ layer }))
    expect(around).toMatchObject({ config: { layer: { class_name: 'SpatialDropout1D' } } })
    expect(isObject(around) && isObject(around.config) && around.config.layer).toMatchObject({
      config: plain,
    })
    expect(JSON.stringify(around).match(/trainable/g)).toHaveLength(1)
  })

  it.each([
    ['GRU', { units: 2 }],
    ['LSTMCell', { units: 2 }],
    ['Adam', {}],
    ['ExponentialDecay', { initial_learning_rate: 0.1, decay_steps: 2, decay_rate: 0.5 }],
    ['Dice', {}],
    ['AUC', {}],
  ])('without a module, where one family alone has the class: %s', (className, config) => {
    expect(deserialize({ class_name: className, config })).toMatchObject({ className })
  })

  it('a model is compiled as it was', () => {
    const made = sequential([layers.dense({ units: 1, inputShape: [3] })], { engine })
    made.compile({ optimizer: 'nadam', loss: 'huber', metrics: ['mae'] })
    const again = deserialize(serialize(made))
    expect(serialize(again)).toEqual(made.toJson())
    expect(serialize(again)).toMatchObject({ compile_config: { loss: 'huber' } })
  })

  it.each([
    layers.lstmCell({ units: 2, recurrentDropout: 0.1, name: 'inner' }),
    layers.gruCell({ units: 2, resetAfter: false }),
    layers.simpleRNNCell({ units: 2 }),
    layers.stackedRNNCells({ cells: [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })] }),
  ])('the cell $className', (cell) => {
    const json = serialize(cell)
    expect(json).toMatchObject({ module: 'keras.layers', class_name: cell.className })
    expect(serialize(deserialize(json))).toEqual(json)
    expect(layers.rnn({ cell: deserialize(json) as typeof cell }).outputShape([4, 2])).toEqual([
      cell.stateSizes.at(-1),
    ])
  })

  it("an optimizer of one of Keras's backends", () => {
    // as Keras 3.15 on PyTorch writes it
    const module = 'keras.src.backend.torch.optimizers.torch_adamw'
    expect(deserialize({ module, class_name: 'AdamW', config: {} })).toMatchObject({ className: 'AdamW' })
  })

  it.each<[Json, RegExp]>([
    [{ module: 'keras.layers', class_name: 'Lambda', config: {} }, /layer class 'Lambda' is not supported/],
    [{ module: 'keras.layers', class_name: 'constructor', config: {} }, /'constructor' is not supported/],
    [{ module: 'keras.layers', class_name: 'Dense', config: { units: 1, unit: 2 } }, /no option 'unit'/],
    [{ module: 'keras.optimizers', class_name: 'Adamm', config: {} }, /there is no optimizer 'Adamm'/],
    [{ module: 'keras.losses', class_name: 'Hubert', config: {} }, /'[hH]ubert'/],
    [{ module: 'keras.losses', class_name: 'Huber', config: { delta: 1, gamma: 2 } }, /no option 'gamma'/],
    [{ module: 'keras.metrics', class_name: 'AUC', config: { curve: 'ROCK' } }, /'curve' must be one of/],
    [{ module: 'keras.metrics', class_name: 'MeanIoU', config: {} }, /option 'numClasses' is missing/],
    [{ class_name: 'Adamm', config: {} }, /no class 'Adamm'\. Did you mean 'Adam'/],
    [
      { class_name: 'MeanSquaredError', config: {} },
      /several modules have a class 'MeanSquaredError': keras.losses, keras.metrics/,
    ],
    [{ module: 'keras.initializers', class_name: '__proto__', config: {} }, /__proto__/],
    [['LSTM'], /expected Keras's JSON/],
    [
      { module: 'keras.lairs', class_name: 'Dense', config: { units: 1 } },
      /there is no class 'Dense' in the module 'keras.lairs'/,
    ],
    [
      { module: 'keras.layers', class_name: 'Dense', config: { units: 1 }, units: 2 },
      /no key 'units' beside 'config'/,
    ],
    [{ module: 'keras.losses', class_name: 'function', config: '__proto__' }, /no loss '__proto__'/],
  ])('refuses %j', (json, reason) => {
    expect(() => deserialize(json)).toThrow(OptionError)
    expect(() => deserialize(json)).toThrow(reason)
  })

  it('refuses what has no end, or almost none', () => {
    const around = (layer: Json): Json => ({
      module: 'keras.layers',
      class_name: 'TimeDistributed',
      config: { layer },
    })
    for (const levels of [300, 3000, 100_000]) {
      let deep: Json = { module: 'keras.layers', class_name: 'Dense', config: { units: 1 } }
      for (let level = 0; level < levels; level++) deep = around(deep)
      for (const read of [deserialize, modelFromConfig]) {
        expect(() => read(deep)).toThrow(OptionError)
        expect(() => read(deep)).toThrow(/nested (deeper than 500 levels|too deeply)/)
      }
    }
    const ring = around(null) as { config: { layer: Json } }
    ring.config.layer = ring
    expect(() => deserialize(ring)).toThrow(OptionError)
    expect(() => deserialize(ring)).toThrow(/cannot be written as JSON/)
  })

  it('refuses what is none of them', () => {
    expect(() => serialize(5 as never)).toThrow(/expected a layer, cell, model, optimizer/)
    const own = { className: 'Own', stateSizes: [2], weights: () => [], emit: () => null }
    expect(() => serialize(own as never)).toThrow(/expected a layer, cell, model, optimizer/)
  })
})

describe('modelFromConfig', () => {
  it('makes a sequential model, compiled as it was', async () => {
    const made = sequential([layers.gru({ units: 4, inputShape: [5, 3] }), layers.dense({ units: 1 })], {
      engine,
    })
    made.compile({ optimizer: 'nadam', loss: 'huber', metrics: ['mae'] })
    const other = modelFromConfig(JSON.stringify(made.toJson()), { engine, seed: 3 })
    expect(other.toJson()).toEqual(made.toJson())
    await other.setWeights(await made.getWeights())
    const x = numbers([7, 5, 3])
    expect(await other.predict(x)).toEqual(await made.predict(x))
    await other.fit(x, numbers([7, 1], 2))
  })

  it('makes a functional model with states passed on from an encoder to a decoder', async () => {
    const source = input({ shape: [null, 3], name: 'source' })
    const target = input({ shape: [null, 2], name: 'target' })
    const [, h, c] = layers.lstm({ units: 4, returnState: true, name: 'encoder' }).applyAll(source)
    const read = layers
      .lstm({ units: 4, returnSequences: true, name: 'decoder' })
      .apply(target, { initialState: [h, c] })
    const outputs = layers.dense({ units: 2, name: 'words' }).apply(read)
    const made = model({ inputs: [source, target], outputs, engine })
    made.compile({ optimizer: 'adam', loss: 'mse' })
    const other = modelFromConfig<Float32Tensor>(made.toJson(), { engine })
    expect(other.toJson()).toEqual(made.toJson())
    await other.setWeights(await made.getWeights())
    // lengths of their own
    const x = [numbers([6, 9, 3]), numbers([6, 4, 2], 2)]
    expect((await made.predict(x)).shape).toEqual([6, 4, 2])
    expect(await other.predict(x)).toEqual(await made.predict(x))
    const { history } = await made.fit(x, numbers([6, 4, 2], 3), { epochs: 20 })
    expect(history.loss[19]).toBeLessThan(history.loss[0])
  })

  it('takes what getConfig gives, too', () => {
    const chain = sequential([layers.gru({ units: 4, inputShape: [5, 3] })], { engine })
    const start = input({ shape: [3] })
    const graph = model({ inputs: start, outputs: layers.dense({ units: 1 }).apply(start), engine })
    for (const made of [chain, graph]) {
      const again = modelFromConfig(made.getConfig(), { engine })
      expect(again.className).toBe(made.className)
      expect(again.getConfig()).toEqual(made.getConfig())
    }
  })

  it('says what is wrong with a compile_config that is none', () => {
    const json = sequential([layers.dense({ units: 1, inputShape: [2] })], { engine }).toJson()
    expect(() => modelFromConfig({ ...json, compile_config: 5 })).toThrow(OptionError)
    expect(() => modelFromConfig({ ...json, compile_config: 5 })).toThrow(
      /compile_config: expected .*; got 5/,
    )
  })

  it('says what is wrong with a text that is no JSON', () => {
    expect(() => modelFromConfig('{')).toThrow(/this text is no JSON/)
  })
})
