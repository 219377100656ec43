import * as layers from '../layers/index.ts'
import { AROUND_CASES } from './aroundCases.ts'
import { casesOf, type LayerCase } from './layerCase.ts'

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

/** By class: the options under which every layer is checked. */
export const LAYER_CASES: Readonly<Record<string, readonly LayerCase[]>> = {
  ...AROUND_CASES,
  Activation: casesOf(layers.activation, SEQUENCE, [
    { activation: 'relu' },
    { activation: 'tanh' },
    { activation: 'softmax' },
  ]),
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
  SimpleRNN: casesOf(layers.simpleRNN, SEQUENCE, RECURRENT),
}
