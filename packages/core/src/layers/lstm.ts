import { boolean, checkedLater } from '../config/options.ts'
import type { Initializer } from '../initializers/index.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { lstm as lstmOp } from '../ops/lstm.ts'
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

export interface LstmOptions extends RecurrentOptions {
  /** Of the three gates; default 'sigmoid'. */
  recurrentActivation?: KernelActivation
  /** Starts the forget gate's bias at one, so that a fresh cell remembers (Jozefowicz et al. 2015). Default true. */
  unitForgetBias?: boolean
}

/**
 * Long short-term memory: Hochreiter & Schmidhuber 1997, with the forget gate of Gers, Schmidhuber & Cummins 2000.
 * [batch, time, features] → [batch, units], or [batch, time, units] with `returnSequences`. Keras: `LSTM`.
 */
export function lstm(options: LstmOptions): Layer {
  const where = 'layers.lstm'
  const layer = readRecurrent(where, options, { recurrentActivation: checkedLater, unitForgetBias: boolean })
  const { recurrentActivation: given = 'sigmoid' } = options
  const recurrentActivation = checkActivation(where, 'recurrentActivation', given, KERNEL_ACTIVATIONS)
  const unitForgetBias = options.unitForgetBias ?? true

  return defineLayer(options, {
    className: 'LSTM',
    outputShape: (input) => recurrentShape(where, input, layer),
    weights: (input) => {
      const initializer = unitForgetBias
        ? openForgetGate(layer.biasInitializer, layer.units)
        : layer.biasInitializer
      return recurrentWeights(where, input, layer, 4, { initializer })
    },
    emit: (context, x) => {
      const operands = recurrentOperands(context, x, layer)
      const { h, hLast } = context.builder.emit(lstmOp, operands, {
        activation: layer.activation,
        recurrentActivation,
        reverse: false,
      })
      return layer.returnSequences ? h : hLast
    },
    config: recurrentConfig(layer, {
      afterActivation: recurrentActivation,
      afterInitializers: { unit_forget_bias: unitForgetBias },
      last: { seed: null },
    }),
  })
}

/** Ones in the forget block (i f c o); the bias initializer fills the other blocks. */
function openForgetGate(initializer: Initializer, units: number): Initializer {
  return {
    ...initializer,
    values: (shape, generator) => initializer.values(shape, generator).fill(1, units, 2 * units),
  }
}
