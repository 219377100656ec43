import { boolean, checkedLater } from '../config/options.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { gru as gruOp } from '../ops/gru.ts'
import { checkActivation } from './activation.ts'
import { defineLayer, type Layer } from './layer.ts'
import {
  type RecurrentOptions,
  readRecurrent,
  recurrentConfig,
  recurrentOperands,
  recurrentShape,
  recurrentWeights,
} from './recurrent.ts'

export interface GruOptions extends RecurrentOptions {
  /** Of the update and reset gates; default 'sigmoid'. */
  recurrentActivation?: KernelActivation
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
  const { recurrentActivation: given = 'sigmoid' } = options
  const recurrentActivation = checkActivation(where, 'recurrentActivation', given, KERNEL_ACTIVATIONS)
  const resetAfter = options.resetAfter ?? true

  return defineLayer(options, {
    className: 'GRU',
    outputShape: (input) => recurrentShape(where, input, layer),
    weights: (input) => {
      const two = { shape: [2, 3 * layer.units], rows: ['bias', 'recurrent_bias'] }
      return recurrentWeights(where, input, layer, 3, resetAfter ? two : {})
    },
    emit: (context, x) => {
      const operands = {
        ...recurrentOperands(context, x, layer),
        recurrentBias: layer.useBias && resetAfter ? context.weight('recurrent_bias') : undefined,
      }
      const { h, hLast } = context.builder.emit(gruOp, operands, {
        activation: layer.activation,
        recurrentActivation,
        reverse: false,
        resetAfter,
      })
      return layer.returnSequences ? h : hLast
    },
    config: recurrentConfig(layer, {
      afterActivation: recurrentActivation,
      last: { reset_after: resetAfter, seed: null },
    }),
  })
}
