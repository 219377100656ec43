import { boolean } from '../config/options.ts'
import { activationConfig } from './activationOption.ts'
import { lstmKernel } from './cells/lstmKernel.ts'
import { type GatedCellOptions, readCell } from './cells/options.ts'
import type { Layer } from './layer.ts'
import { cellLayer, LAYER_CHECKS, type RecurrentOptions } from './recurrent.ts'

export interface LstmOptions extends RecurrentOptions, GatedCellOptions {
  /** Starts the forget gate's bias at one, so that a fresh cell remembers (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean
}

/** What Keras's layer has not. */
const OF_THE_CELL = Object.fromEntries(
  ['peepholes', 'projection', 'layerNormalization', 'zoneout'].map((name) => [
    name,
    () => `given to a cell, layers.rnn({ cell: layers.lstmCell({ units, ${name} }) })`,
  ]),
)

/**
 * Long short-term memory: Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000.
 * [batch, time, features] → [batch, units], or [batch, time, units] with `returnSequences`. Keras: `LSTM`. Peepholes and
 * what else Keras has not: `layers.lstmCell`.
 */
export function lstm(options: LstmOptions): Layer {
  const cell = readCell('layers.lstm', options, 4, {
    ...LAYER_CHECKS,
    unitForgetBias: boolean,
    ...OF_THE_CELL,
  })
  const { unitForgetBias = true } = options
  return cellLayer(options, cell, {
    className: 'LSTM',
    states: ['h', 'c'],
    kernel: lstmKernel(cell, options),
    make: lstm,
    config: {
      afterActivation: { recurrent_activation: activationConfig(cell.recurrentActivation) },
      afterInitializers: { unit_forget_bias: unitForgetBias },
    },
  })
}
