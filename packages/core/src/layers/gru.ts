import { boolean } from '../config/options.ts'
import type { KernelActivation } from '../ops/activations.ts'
import { gru as gruOp } from '../ops/gru.ts'
import { activationConfig } from './activation.ts'
import { type GatedCellOptions, whyNotFused } from './cells/options.ts'
import type { Layer } from './layer.ts'
import { type RecurrentOptions, readRecurrent, recurrentLayer } from './recurrent.ts'

export interface GruOptions extends RecurrentOptions, GatedCellOptions {
  /** Apply the reset gate after the recurrent product (cuDNN's GRU) rather than before (the paper's). Default true. */
  resetAfter?: boolean
}

/**
 * Gated recurrent unit: Cho et al. 2014. [batch, time, features] → [batch, units], or [batch, time, units] with
 * `returnSequences`. Keras: `GRU`.
 */
export function gru(options: GruOptions): Layer {
  const layer = readRecurrent('layers.gru', options, 3, { resetAfter: boolean })
  const { units, useBias, activation, recurrentActivation } = layer
  const { resetAfter = true } = options

  return recurrentLayer(options, layer, {
    className: 'GRU',
    gates: 3,
    make: gru,
    states: ['h'],
    bias: resetAfter ? { shape: [2, 3 * units], rows: ['bias', 'recurrent_bias'] } : {},
    whyNotFused: (training) => whyNotFused(layer, training),
    run: ({ builder, weight, initial: [h0], reverse }, operands) => {
      const recurrentBias = useBias && resetAfter ? weight('recurrent_bias') : undefined
      const { h, hLast } = builder.emit(
        gruOp,
        { ...operands, recurrentBias, h0 },
        {
          activation: activation as KernelActivation,
          recurrentActivation: recurrentActivation as KernelActivation,
          reverse,
          resetAfter,
        },
      )
      return { h, last: [hLast] }
    },
    config: {
      afterActivation: { recurrent_activation: activationConfig(recurrentActivation) },
      last: { reset_after: resetAfter },
    },
  })
}
