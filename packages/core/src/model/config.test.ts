import { describe, expect, it } from 'vitest'
import { isObject, type Json } from '../config/keras.ts'
import { reference } from '../engines/reference/reference.ts'
import * as initializers from '../initializers/index.ts'
import { serializeInitializer } from '../initializers/index.ts'
import * as layers from '../layers/index.ts'
import type { Layer } from '../layers/layer.ts'
import { deserializeLoss } from '../losses/deserialize.ts'
import * as losses from '../losses/index.ts'
import { serializeLoss } from '../losses/resolve.ts'
import { deserializeMetric } from '../metrics/deserialize.ts'
import { deserializeOptimizer } from '../optimizers/deserialize.ts'
import * as optimizers from '../optimizers/index.ts'
import { serializeOptimizer } from '../optimizers/index.ts'
import { type GoldenConfigurations, readGolden } from '../testing/golden.ts'
import { CLASSES } from './classes.ts'
import type { CompileOptions } from './options.ts'
import { readModelJson } from './read.ts'
import { Sequential } from './sequential.ts'

const keras = readGolden<GoldenConfigurations>('keras-config')

/** Keras keeps its learning rate as a float32 and writes that; we write the number that was given. */
function asFloat32(json: Json): Json {
  if (Array.isArray(json)) return json.map(asFloat32)
  if (!isObject(json)) return json
  const entries = Object.entries(json).map(([key, value]) => {
    return [key, key === 'learning_rate' && typeof value === 'number' ? Math.fround(value) : asFloat32(value)]
  })
  return Object.fromEntries(entries)
}

/** The same JSON, keys in the same order too. */
function expectVerbatim(found: Json, truth: Json): void {
  // SGD's momentum of 0, its default, is left out: Keras refuses the integer that JSON makes of it
  const written = JSON.stringify(asFloat32(truth), null, 1).replace(
    /\n *"momentum": 0,(?=\n *"nesterov")/,
    '',
  )
  expect(JSON.stringify(asFloat32(found), null, 1)).toBe(written)
}

const seedJob = (cell: Layer) => [cell, layers.dense({ units: 10, activation: 'softmax' })]
const compiled = { optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] } as const

function compiledJson(model: Sequential, options: CompileOptions): Json {
  model.compile(options)
  return model.toJson()
}

describe('a model writes what Keras writes', () => {
  const cells: Readonly<Record<string, Layer>> = {
    lstm: layers.lstm({ units: 128, inputShape: [28, 28] }),
    gru: layers.gru({ units: 128, inputShape: [28, 28] }),
    gruResetBefore: layers.gru({ units: 128, resetAfter: false, inputShape: [28, 28] }),
    simpleRnn: layers.simpleRNN({ units: 128, inputShape: [28, 28] }),
  }

  it.each(Object.keys(cells))('%s', (name) => {
    const model = new Sequential(seedJob(cells[name]), { engine: reference() })
    expectVerbatim(compiledJson(model, compiled), keras.models[name].json)
  })

  it('not compiled', () => {
    const model = new Sequential([layers.dense({ units: 2, inputShape: [3] })], { engine: reference() })
    expectVerbatim(model.toJson(), keras.models.notCompiled.json)
  })

  it('stacked, with other than default options', async () => {
    const model = new Sequential(
      [
        layers.lstm({
          units: 8,
          returnSequences: true,
          dropout: 0.25,
          recurrentActivation: 'relu',
          useBias: false,
          inputShape: [6, 5],
        }),
        layers.lstm({
          units: 4,
          unitForgetBias: false,
          kernelInitializer: initializers.heNormal({ seed: 3 }),
        }),
        layers.dropout({ rate: 0.5 }),
        layers.dense({ units: 1 }),
        layers.activation({ activation: 'sigmoid' }),
      ],
      { engine: reference() },
    )
    expectVerbatim(model.getConfig(), configOf(keras.models.stack.json))
    expect(model.weightNames).toEqual(
      keras.models.stack.weights.map(({ path }) => path.replace(/^sequential\/(\w+)\/(lstm_cell\/)?/, '$1/')),
    )
    const weights = await model.getWeights()
    expect(weights.map(({ shape }) => shape)).toEqual(keras.models.stack.weights.map(({ shape }) => shape))
  })

  it('with an embedding, whose input we say is of whole numbers', () => {
    const model = new Sequential(
      [
        layers.embedding({ inputDim: 20, outputDim: 4, inputShape: [6] }),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
      { engine: reference() },
    )
    const sgd = optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })
    const options = { optimizer: sgd, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] } as const
    const text = JSON.stringify(compiledJson(model, options))
    expect(text).toContain('"dtype":"int32"')
    expectVerbatim(
      JSON.parse(text.replace('"dtype":"int32"', '"dtype":"float32"')),
      keras.models.embedding.json,
    )
  })
})

describe('what Keras writes is read, and written again as it was', () => {
  it.each(['lstm', 'gru', 'gruResetBefore', 'simpleRnn', 'embedding', 'notCompiled'])('%s', (name) => {
    const { json, weights } = keras.models[name]
    const { model, compiled } = readModelJson(json, CLASSES, { engine: reference() })
    model.adopt(compiled, null)
    const text = JSON.stringify(model.toJson())
    expectVerbatim(JSON.parse(text.replace('"dtype":"int32"', '"dtype":"float32"')), json)
    expect(model.countParams()).toBe(
      weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
    )
  })

  it('without shapes, where Keras does not know them either', () => {
    const { model, compiled } = readModelJson(keras.models.notBuilt.json, CLASSES)
    expect(model.layers.map(({ className }) => className)).toEqual(['LSTM', 'Dense'])
    expect(model.inputShape).toBeNull()
    expect(compiled?.metrics).toMatchObject([{ name: 'accuracy' }])
  })

  it('what is not supported yet is refused by name', () => {
    const renormalized = { class_name: 'BatchNormalization', config: { renorm: true } }
    const json = { class_name: 'Sequential', config: { layers: [renormalized] } }
    expect(() => readModelJson(json, CLASSES)).toThrow(/'renorm' is not supported yet; got true/)
  })
})

const ours = {
  optimizers: {
    sgd: optimizers.sgd(),
    sgdMomentum: optimizers.sgd({ momentum: 0.9 }),
    sgdNesterov: optimizers.sgd({ momentum: 0.9, nesterov: true }),
    rmsprop: optimizers.rmsprop(),
    adam: optimizers.adam(),
    adamAmsgrad: optimizers.adam({ amsgrad: true }),
    adamW: optimizers.adamW(),
    adamClipnorm: optimizers.adam({ clipnorm: 1 }),
  },
  losses: {
    categoricalCrossentropy: losses.categoricalCrossentropy(),
    sparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy(),
    binaryCrossentropy: losses.binaryCrossentropy(),
    categoricalCrossentropyLogits: losses.categoricalCrossentropy({ fromLogits: true, labelSmoothing: 0.1 }),
    binaryCrossentropyLogits: losses.binaryCrossentropy({ fromLogits: true, labelSmoothing: 0.1 }),
    meanSquaredError: losses.meanSquaredError(),
    meanAbsoluteError: losses.meanAbsoluteError(),
  },
  initializers: {
    zeros: initializers.zeros(),
    ones: initializers.ones(),
    constant: initializers.constant({ value: 0.5 }),
    randomUniform: initializers.randomUniform(),
    randomNormal: initializers.randomNormal(),
    truncatedNormal: initializers.truncatedNormal(),
    glorotUniform: initializers.glorotUniform(),
    glorotNormal: initializers.glorotNormal(),
    heUniform: initializers.heUniform(),
    heNormal: initializers.heNormal(),
    lecunUniform: initializers.lecunUniform(),
    lecunNormal: initializers.lecunNormal(),
    varianceScaling: initializers.varianceScaling(),
    orthogonal: initializers.orthogonal(),
    identity: initializers.identity(),
    glorotUniformSeeded: initializers.glorotUniform({ seed: 7 }),
  },
}

describe('parts write what Keras writes, and read it', () => {
  it.each(Object.entries(ours.optimizers))('optimizer %s', (name, optimizer) => {
    expectVerbatim(serializeOptimizer(optimizer), keras.optimizers[name])
    expectVerbatim(serializeOptimizer(deserializeOptimizer(keras.optimizers[name])), keras.optimizers[name])
  })

  it.each(Object.entries(ours.losses))('loss %s', (name, loss) => {
    expectVerbatim(serializeLoss(loss), keras.losses[name])
    expectVerbatim(serializeLoss(deserializeLoss(keras.losses[name])), keras.losses[name])
  })

  it.each(Object.entries(ours.initializers))('initializer %s', (name, initializer) => {
    expectVerbatim(serializeInitializer(initializer), keras.initializers[name])
    expectVerbatim(
      serializeInitializer(initializers.resolveInitializer(keras.initializers[name], name)),
      keras.initializers[name],
    )
  })

  it('a loss that was given as a function is read by its name', () => {
    expect(deserializeLoss(keras.losses.functionMeanSquaredError).className).toBe('MeanSquaredError')
  })

  it.each(Object.keys(keras.metrics))('metric %s', (name) => {
    expect(deserializeMetric(keras.metrics[name]).name).toBe(name)
  })

  it.each(['lstm', 'gru', 'simpleRnn', 'dense', 'dropout', 'activation', 'embedding', 'flatten'])(
    'layer %s',
    (name) => {
      const read = readModelJson(
        { class_name: 'Sequential', config: { layers: [keras.layers[name]] } },
        CLASSES,
      )
      const json = keras.layers[name]
      if (!isObject(json)) throw new Error('a layer is an object')
      const { config } = json
      if (!isObject(config)) throw new Error('a layer has a config')
      const { name: given, trainable, dtype, ...options } = config
      expect(read.model.layers[0].name).toBe(given)
      expect([trainable, isObject(dtype)]).toEqual([true, true])
      expectVerbatim(read.model.layers[0].config, options)
    },
  )
})

function configOf(json: Json): Json {
  return isObject(json) ? json.config : json
}
