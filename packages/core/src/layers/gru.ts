import { boolean, checkedLater } from '../config/options.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { gru as gruOp } from '../ops/gru.ts'
import { checkActivation } from './activation.ts'
import type { Layer } from './layer.ts'
import { type RecurrentOptions, readRecurrent, recurrentLayer } from './recurrent.ts'

export interface GruOptions extends RecurrentOptions {
  /** Of the update and reset gates; default 'sigmoid'. */
  recurrentActivation?: KernelActivation | null
  /** Apply the reset gate after the recurrent product (cuDNN's GRU) rather than before (the paper's). Default true. */
  resetAfter?: boolean
}

/**
 * Gated recurrent unit: Cho et al. 2014. [batch, time, features] → [batch, units], or [batch, time, units] with
 * `returnSequences`. Keras: `GRU`.
 */
export function gru(options: GruOptions): Layer {
  const where = 'layers.gru'
  const layer = readRecurrent(where, options, { recurrentActivation: checkedLater, resetAfter: boolean })
  const { units, useBias, activation } = layer
  const { recurrentActivation: given = 'sigmoid', resetAfter = true } = options
  const recurrentActivation = checkActivation(where, 'recurrentActivation', given, KERNEL_ACTIVATIONS)

  return recurrentLayer(options, layer, {
    className: 'GRU',
    gates: 3,
    states: ['h'],
    bias: resetAfter ? { shape: [2, 3 * units], rows: ['bias', 'recurrent_bias'] } : {},
    run: ({ builder, weight, initial: [h0], reverse }, operands) => {
      const recurrentBias = useBias && resetAfter ? weight('recurrent_bias') : undefined
      const attributes = { activation, recurrentActivation, reverse, resetAfter }
      const { h, hLast } = builder.emit(gruOp, { ...operands, recurrentBias, h0 }, attributes)
      return { h, last: [hLast] }
    },
    config: {
      afterActivation: { recurrent_activation: recurrentActivation },
      last: { reset_after: resetAfter, seed: null },
    },
  })
}
