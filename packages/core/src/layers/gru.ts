import { boolean, checkedLater } from '../config/options.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { gru as gruOp } from '../ops/gru.ts'
import { checkActivation } from './activation.ts'
import type { Layer, WeightSpec } from './layer.ts'
import {
  dropInput,
  inputFeatures,
  type RecurrentOptions,
  readRecurrent,
  recurrentConfig,
  recurrentShape,
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
  const { units, activation, useBias } = layer
  const { recurrentActivation: given = 'sigmoid' } = options
  const recurrentActivation = checkActivation(where, 'recurrentActivation', given, KERNEL_ACTIVATIONS)
  const resetAfter = options.resetAfter ?? true

  return {
    className: 'GRU',
    name: options.name ?? null,
    inputShape: options.inputShape,
    outputShape: (input) => recurrentShape(where, input, layer),
    weights: (input) => {
      const bias: WeightSpec = resetAfter
        ? {
            name: 'bias',
            shape: [2, 3 * units],
            gates: 3,
            rows: ['bias', 'recurrent_bias'],
            initializer: layer.biasInitializer,
          }
        : { name: 'bias', shape: [3 * units], gates: 3, initializer: layer.biasInitializer }
      const weights: WeightSpec[] = [
        {
          name: 'kernel',
          shape: [inputFeatures(where, input), 3 * units],
          gates: 3,
          initializer: layer.kernelInitializer,
        },
        {
          name: 'recurrent_kernel',
          shape: [units, 3 * units],
          gates: 3,
          initializer: layer.recurrentInitializer,
        },
        bias,
      ]
      return useBias ? weights : weights.slice(0, 2)
    },
    emit: (context, x) => {
      const { builder, weight } = context
      const operands = {
        x: dropInput(context, x, layer.dropout),
        kernel: weight('kernel'),
        recurrentKernel: weight('recurrent_kernel'),
        bias: useBias ? weight('bias') : undefined,
        recurrentBias: useBias && resetAfter ? weight('recurrent_bias') : undefined,
      }
      const { h, hLast } = builder.emit(gruOp, operands, {
        activation,
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
  }
}
