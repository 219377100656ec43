import { boolean } from '../config/options.ts'
import type { KernelActivation } from '../ops/activations.ts'
import { lstm as lstmOp } from '../ops/lstm.ts'
import { activationConfig } from './activation.ts'
import { type GatedCellOptions, openForgetGate, whyNotFused } from './cells/options.ts'
import type { Layer } from './layer.ts'
import { type RecurrentOptions, readRecurrent, recurrentLayer } from './recurrent.ts'

export interface LstmOptions extends RecurrentOptions, GatedCellOptions {
  /** Starts the forget gate's bias at one, so that a fresh cell remembers (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean
}

/**
 * Long short-term memory: Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000.
 * [batch, time, features] → [batch, units], or [batch, time, units] with `returnSequences`. Keras: `LSTM`. Peepholes and
 * what else Keras has not: `layers.lstmCell`.
 */
export function lstm(options: LstmOptions): Layer {
  const layer = readRecurrent('layers.lstm', options, 4, { unitForgetBias: boolean })
  const { units, activation, recurrentActivation } = layer
  const { unitForgetBias = true } = options

  return recurrentLayer(options, layer, {
    className: 'LSTM',
    gates: 4,
    make: lstm,
    states: ['h', 'c'],
    bias: unitForgetBias ? { initializer: openForgetGate(layer.weights.specs.bias.initializer, units) } : {},
    whyNotFused: (training) => whyNotFused(layer, training),
    run: ({ builder, initial: [h0, c0], reverse }, operands) => {
      const { h, hLast, cLast } = builder.emit(
        lstmOp,
        { ...operands, h0, c0 },
        {
          activation: activation as KernelActivation,
          recurrentActivation: recurrentActivation as KernelActivation,
          reverse,
        },
      )
      return { h, last: [hLast, cLast] }
    },
    config: {
      afterActivation: { recurrent_activation: activationConfig(recurrentActivation) },
      afterInitializers: { unit_forget_bias: unitForgetBias },
    },
  })
}
