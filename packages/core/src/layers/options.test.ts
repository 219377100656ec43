import { describe, expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { DataError, OptionError } from '../errors.ts'
import * as initializers from '../initializers/index.ts'
import { sequential } from '../model/sequential.ts'
import * as layers from './index.ts'
import type { Layer } from './layer.ts'

/** Options as plain JavaScript may give them. */
type Loose = (options: Record<string, unknown>) => Layer
const make = (name: string): Loose => (layers as unknown as Record<string, Loose>)[name]

const RECURRENT = ['lstm', 'gru', 'simpleRNN'] as const

describe.each(RECURRENT)('layers.%s refuses', (name) => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '128', null, 2 ** 60])(
    'units of %j',
    (units) => {
      expect(() => make(name)({ units })).toThrow(OptionError)
      expect(() => make(name)({ units })).toThrow(
        `layers.${name}: option 'units' must be a whole number greater than 0; got `,
      )
    },
  )

  it.each<[Record<string, unknown>, RegExp]>([
    [{}, /option 'units' is missing/],
    [{ units: undefined }, /option 'units' is missing/],
    [{ units: 4, unit: 4 }, /no option 'unit'\. Did you mean 'units'\?/],
    [{ units: 4, returnSequence: true }, /no option 'returnSequence'\. Did you mean 'returnSequences'\?/],
    [{ units: 4, return_sequences: true }, /no option 'return_sequences'\. Did you mean 'returnSequences'\?/],
    [{ units: 4, returnSequences: 'yes' }, /'returnSequences' must be true or false; got 'yes'/],
    [{ units: 4, goBackwards: 1 }, /'goBackwards' must be true or false; got 1/],
    [{ units: 4, stateful: 'no' }, /'stateful' must be true or false; got 'no'/],
    [{ units: 4, useCudnn: true }, /'useCudnn' must be 'auto' or false: there is no cuDNN here; got true/],
    [{ units: 4, dropout: 1 }, /'dropout' must be a number from 0 up to, but not including, 1; got 1/],
    [{ units: 4, dropout: -0.1 }, /'dropout' must be .*; got -0\.1/],
    [
      { units: 4, activation: 'tahn' },
      /'activation' must be the name of an activation it supports; got 'tahn'\. Did you mean 'tanh'\?/,
    ],
    [{ units: 4, recurrentDropout: 1 }, /'recurrentDropout' must be a number from 0 up to/],
    [{ units: 4, seed: -1 }, /'seed' must be a whole number/],
    [{ units: 4, kernelRegularizer: 'l3' }, /kernelRegularizer: /],
    [{ units: 4, recurrentConstraint: {} }, /recurrentConstraint: expected a constraint's name/],
    [{ units: 4, activation: Math.tanh }, /'activation' must be .*; got a function/],
    [
      { units: 4, kernelInitializer: 'glorotunifrom' },
      /kernelInitializer: there is no initializer 'glorotunifrom'\. Did you mean 'glorotUniform'\?/,
    ],
    [{ units: 4, biasInitializer: 3 }, /biasInitializer: expected an initializer's name/],
    [{ units: 4, inputShape: [28, 0] }, /'inputShape' must be an array of whole numbers greater than 0/],
    [{ units: 4, inputShape: 28 }, /'inputShape' must be an array/],
    [{ units: 4, inputShape: [] }, /'inputShape' must be an array/],
    [{ units: 4, name: '' }, /'name' must be a text that is not empty/],
    [{ units: 4, name: 'a/b' }, /name cannot hold a '\/'/],
    [{ units: 4, name: 'optimizer' }, /cannot be named 'optimizer'/],
    [{ units: 4, constructor: 1 }, /no option 'constructor'/],
  ])('%j', (options, reason) => {
    expect(() => make(name)(options)).toThrow(OptionError)
    expect(() => make(name)(options)).toThrow(reason)
  })

  it.each([
    ['dtype', 'float16'],
    ['autocast', false],
  ])('%s, not yet', (option, value) => {
    expect(() => make(name)({ units: 4, [option]: value })).toThrow(
      `layers.${name}: option '${option}' is not supported yet; got `,
    )
  })

  it('no option that has the value it has anyway', () => {
    expect(() =>
      make(name)({
        units: 4,
        returnState: false,
        kernelRegularizer: null,
        recurrentDropout: 0,
        trainable: true,
      }),
    ).not.toThrow()
  })

  it('options that are no object', () => {
    for (const options of [128, 'units', null, [128]])
      expect(() => make(name)(options as never)).toThrow(/expected an object of options/)
  })

  it('what is not a sequence of vectors', () => {
    const build = (inputShape: number[]) =>
      sequential([make(name)({ units: 4, inputShape })], { engine: reference() })
    expect(() => build([28, 28, 1])).toThrow(DataError)
    expect(() => build([28, 28, 1])).toThrow(
      `layers.${name}: expected sequences of vectors, [batch, time, features]; got [batch, 28, 28, 1]. ` +
        'For pictures read row by row leave the channel out: inputShape: [28, 28], and data of shape [samples, 28, 28].',
    )
    expect(() => build([28, 28, 3])).toThrow(
      /Reshape the data so that each sample is a matrix, one row a time step/,
    )
    expect(() => build([28])).toThrow(
      /After a layer that returns only its last output\? Give that layer returnSequences: true/,
    )
  })
})

it.each(['peepholes', 'projection', 'layerNormalization', 'zoneout'])(
  'layers.lstm has no %s, and says what has',
  (option) => {
    expect(() => layers.lstm({ units: 4, [option]: true })).toThrow(OptionError)
    expect(() => layers.lstm({ units: 4, [option]: true })).toThrow(
      `option '${option}' must be given to a cell, layers.rnn({ cell: layers.lstmCell({ units, ${option} }) })`,
    )
  },
)

describe('other layers refuse', () => {
  it.each<[string, Record<string, unknown>, RegExp]>([
    ['lstm', { units: 4, resetAfter: true }, /no option 'resetAfter'/],
    ['gru', { units: 4, unitForgetBias: true }, /no option 'unitForgetBias'/],
    ['lstm', { units: 4, implementation: 3 }, /'implementation' must be one of 1, 2; got 3/],
    [
      'lstm',
      { units: 4, recurrentActivation: 'hardsigmoid' },
      /'recurrentActivation' must be .*; got 'hardsigmoid'\. Did you mean 'hardSigmoid'\?/,
    ],
    ['simpleRNN', { units: 4, recurrentActivation: 'sigmoid' }, /no option 'recurrentActivation'/],
    ['dense', {}, /option 'units' is missing/],
    ['dense', { units: 1.5 }, /'units' must be a whole number greater than 0; got 1\.5/],
    ['dense', { units: 3, activation: 'sofmax' }, /got 'sofmax'\. Did you mean 'softmax'\?/],
    [
      'dense',
      { units: 3, kernelRegularizer: 'l3' },
      /layers.dense, kernelRegularizer: there is no regularizer 'l3'. Did you mean 'l1'\?/,
    ],
    [
      'dense',
      { units: 3, activityRegularizer: 5 },
      /Dense, activityRegularizer: expected a regularizer's name, or one made by regularizers.…\(\); got 5/,
    ],
    [
      'dense',
      { units: 3, biasConstraint: 'nonNegg' },
      /there is no constraint 'nonNegg'. Did you mean 'nonNeg'\?/,
    ],
    [
      'embedding',
      { inputDim: 5, outputDim: 3, embeddingsConstraint: {} },
      /embeddingsConstraint: expected a constraint's name, or one made by constraints.…\(\); got {}/,
    ],
    ['dropout', {}, /option 'rate' is missing/],
    ['dropout', { rate: 1 }, /'rate' must be a number from 0 up to, but not including, 1; got 1/],
    ['dropout', { rate: 0.5, seed: -1 }, /'seed' must be a whole number from 0/],
    ['activation', {}, /option 'activation' is missing/],
    ['embedding', { inputDim: 5 }, /option 'outputDim' is missing/],
    ['embedding', { inputDim: 0, outputDim: 3 }, /'inputDim' must be a whole number greater than 0; got 0/],
    ['embedding', { inputDim: 5, outputDim: 3, maskZero: 1 }, /'maskZero' must be true or false; got 1/],
    ['flatten', { dataFormat: 'channels_first' }, /'dataFormat' is not supported yet/],
  ])('%s %j', (name, options, reason) => {
    expect(() => make(name)(options)).toThrow(OptionError)
    expect(() => make(name)(options)).toThrow(reason)
  })

  it('inputs that they cannot take', () => {
    const build = (...list: Layer[]) => sequential(list, { engine: reference() })
    const cell = layers.lstm({ units: 4, inputShape: [null, 3] })
    expect(() => build(cell, layers.lstm({ units: 4 }))).toThrow(/Give that layer returnSequences: true/)
    expect(() => build(cell, layers.embedding({ inputDim: 4, outputDim: 2 }))).toThrow(
      /takes ids, so it must be the first layer/,
    )
    expect(() =>
      build(layers.lstm({ units: 4, returnSequences: true, inputShape: [null, 3] }), layers.flatten()),
    ).toThrow(/every axis must have a fixed size; got \[batch, any, 4\]/)
    expect(() => build(layers.lstm({ units: 4, inputShape: [5, null] }))).toThrow(
      /the number of features must be fixed/,
    )
    expect(() => build(layers.dense({ units: 4, inputShape: [null] }))).toThrow(
      /the last axis of its input must have a fixed size/,
    )
    expect(() => build(cell, layers.dense({ units: 4, inputShape: [9] }))).toThrow(
      /expects the inputShape \[9\], but the layer before it returns \[4\]/,
    )
  })

  it('an activation of null means none, as in Keras', () => {
    expect(make('lstm')({ units: 4, activation: null }).config.activation).toBe('linear')
    expect(make('dense')({ units: 4, activation: null }).config.activation).toBe('linear')
  })
})

describe('initializers refuse', () => {
  it.each<[() => unknown, RegExp]>([
    [() => initializers.constant({ value: Number.NaN }), /'value' must be a finite number; got NaN/],
    [() => initializers.randomNormal({ stddev: -1 }), /'stddev' must be a number of at least 0; got -1/],
    [() => initializers.glorotUniform({ seed: -1 }), /'seed' must be a whole number from 0/],
    [
      () => initializers.varianceScaling({ mode: 'fan' as 'fanIn' }),
      /'mode' must be one of 'fan_in', 'fan_out', 'fan_avg'; got 'fan'/,
    ],
    [
      () => layers.dense({ units: 1, kernelInitializer: [] as never }),
      /kernelInitializer: expected an initializer's name, .*; got \[\]/,
    ],
    [() => initializers.orthogonal({ gian: 2 } as object), /no option 'gian'\. Did you mean 'gain'\?/],
  ])('case %#', (call, reason) => {
    expect(call).toThrow(OptionError)
    expect(call).toThrow(reason)
  })
})
