import * as layers from '../layers/index.ts'
import { casesOf, type LayerCase } from './layerCase.ts'

const SEQUENCE = [[null, 3]]

/** Layers that hold others, or cells. */
export const WRAPPER_CASES: Readonly<Record<string, readonly LayerCase[]>> = {
  Bidirectional: [
    ...casesOf(layers.bidirectional, SEQUENCE, [
      { layer: layers.lstm({ units: 3 }) },
      { layer: layers.gru({ units: 2, returnSequences: true }), mergeMode: 'sum' },
      { layer: layers.simpleRNN({ units: 2 }), mergeMode: 'mul' },
      {
        layer: layers.simpleRNN({ units: 2, returnSequences: true }),
        backwardLayer: layers.lstm({ units: 2, returnSequences: true, goBackwards: true }),
      },
    ]),
  ],
  RNN: casesOf(layers.rnn, SEQUENCE, [
    { cell: layers.lstmCell({ units: 3 }), returnSequences: true },
    { cell: [layers.gruCell({ units: 3 }), layers.simpleRNNCell({ units: 2 })], returnState: true },
    { cell: layers.simpleRNNCell({ units: 2, activation: 'elu' }), goBackwards: true },
    { cell: layers.lstmCell({ units: 3, peepholes: true }) },
    { cell: layers.lstmCell({ units: 4, projection: 2 }), returnSequences: true },
    { cell: layers.lstmCell({ units: 3, layerNormalization: true }) },
    { cell: layers.lstmCell({ units: 3, zoneout: 0.2 }) },
  ]),
  TimeDistributed: casesOf(layers.timeDistributed, SEQUENCE, [
    { layer: layers.dense({ units: 2, activation: 'tanh' }) },
  ]),
}
