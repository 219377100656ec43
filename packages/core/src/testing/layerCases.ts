import * as layers from '../layers/index.ts'
import { AROUND_CASES } from './aroundCases.ts'
import { casesOf, type LayerCase } from './layerCase.ts'
import { WRAPPER_CASES } from './wrapperCases.ts'

/** Inputs: a vector; a sequence of vectors, its length fixed or open; ids. */
const VECTOR = [[3]]
const STEPS = [[4, 3]]
const SEQUENCE = [[null, 3]]
const IDS = [[null]]

const RECURRENT = [
  { units: 4 },
  { units: 4, returnSequences: true },
  { units: 3, activation: 'sigmoid', useBias: false },
  { units: 3, activation: 'linear', dropout: 0.3 },
  { units: 3, kernelInitializer: 'heNormal', recurrentInitializer: 'glorotUniform', biasInitializer: 'ones' },
  { units: 3, returnSequences: true, returnState: true },
  { units: 3, returnState: true, goBackwards: true },
  { units: 3, returnSequences: true, goBackwards: true, zeroOutputForMask: true },
  { units: 3, kernelRegularizer: 'l2', recurrentRegularizer: 'l1', biasConstraint: 'nonNeg' },
] as const
const GIVEN_STATES = [
  { units: 4, returnSequences: true },
  { units: 4, goBackwards: true },
] as const

/** LSTM cells alone and in a stack, by their options. */
const cellOf = (options: layers.LstmCellOptions) => layers.rnn({ cell: layers.lstmCell(options) })
const stackOf = ({
  activation,
  ...options
}: Partial<layers.RnnOptions> & { activation: layers.ActivationName }) =>
  layers.rnn({
    ...options,
    cell: [layers.lstmCell({ units: 3, activation }), layers.gruCell({ units: 2, recurrentDropout: 0.2 })],
  })
const bothWays = ({
  mergeMode = 'concat',
  ...options
}: layers.LstmOptions & { mergeMode?: layers.MergeMode }) =>
  layers.bidirectional({ layer: layers.lstm(options), mergeMode })
const denseEach = (options: layers.DenseOptions) => layers.timeDistributed({ layer: layers.dense(options) })
const lstmEach = (options: layers.LstmOptions) => layers.timeDistributed({ layer: layers.lstm(options) })

/** By class: the options under which every layer is checked. */
export const LAYER_CASES: Readonly<Record<string, readonly LayerCase[]>> = {
  ...AROUND_CASES,
  ...WRAPPER_CASES,
  Activation: casesOf(layers.activation, SEQUENCE, [
    { activation: 'relu' },
    { activation: 'tanh' },
    { activation: 'softmax' },
  ]),
  Bidirectional: [
    ...casesOf(bothWays, SEQUENCE, [
      { units: 2 },
      { units: 2, returnSequences: true, mergeMode: 'mul' },
      { units: 2, returnSequences: true, returnState: true, mergeMode: null },
      { units: 2, activation: 'softsign', dropout: 0.2, recurrentDropout: 0.2, mergeMode: 'ave' },
    ]),
  ],
  Dense: [
    ...casesOf(layers.dense, VECTOR, [{ units: 4 }, { units: 4, activation: 'softmax', useBias: false }]),
    ...casesOf(layers.dense, SEQUENCE, [{ units: 2, activation: 'tanh' }]),
  ],
  Dropout: casesOf(layers.dropout, SEQUENCE, [{ rate: 0 }, { rate: 0.4 }]),
  Embedding: casesOf(layers.embedding, IDS, [{ inputDim: 7, outputDim: 3 }]),
  Flatten: [...casesOf(layers.flatten, STEPS, [{}]), ...casesOf(layers.flatten, VECTOR, [{}])],
  GRU: [
    ...casesOf(layers.gru, SEQUENCE, [...RECURRENT, { units: 3, resetAfter: false, returnSequences: true }]),
    ...casesOf(layers.gru, [...SEQUENCE, [4]], GIVEN_STATES, { initialStates: 1 }),
  ],
  LSTM: [
    ...casesOf(layers.lstm, SEQUENCE, [
      ...RECURRENT,
      { units: 3, recurrentActivation: 'tanh', unitForgetBias: false },
    ]),
    ...casesOf(layers.lstm, [...SEQUENCE, [4], [4]], GIVEN_STATES, { initialStates: 2 }),
  ],
  RNN: [
    ...casesOf(cellOf, SEQUENCE, [
      { units: 3, activation: 'gelu', recurrentActivation: 'hardSigmoid', kernelRegularizer: 'l2' },
      { units: 3, peepholes: true, projection: 2 },
      { units: 8, layerNormalization: true, zoneout: 0.2 },
      { units: 3, dropout: 0.2, implementation: 1, useBias: false },
    ]),
    ...casesOf(stackOf, SEQUENCE, [
      { activation: 'softsign', returnSequences: true, returnState: true },
      { activation: 'tanh', goBackwards: true, zeroOutputForMask: true },
    ]),
  ],
  SimpleRNN: casesOf(layers.simpleRNN, SEQUENCE, RECURRENT),
  TimeDistributed: [
    ...casesOf(denseEach, SEQUENCE, [{ units: 2, activation: 'tanh', kernelRegularizer: 'l2' }]),
    ...casesOf(lstmEach, [[2, 3, 3]], [{ units: 2 }]),
  ],
}
