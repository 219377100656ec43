import { boolean, checkedLater } from '../config/options.ts'
import type { Initializer } from '../initializers/index.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { lstm as lstmOp } from '../ops/lstm.ts'
import { checkActivation } from './activation.ts'
import type { Layer } from './layer.ts'
import { type RecurrentOptions, readRecurrent, recurrentLayer } from './recurrent.ts'

export interface LstmOptions extends RecurrentOptions {
  /** Of the three gates; default 'sigmoid'. */
  recurrentActivation?: KernelActivation | null
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
  const { units, activation, weights } = layer
  const { recurrentActivation: given = 'sigmoid', unitForgetBias = true } = options
  const recurrentActivation = checkActivation(where, 'recurrentActivation', given, KERNEL_ACTIVATIONS)

  return recurrentLayer(options, layer, {
    className: 'LSTM',
    gates: 4,
    states: ['h', 'c'],
    bias: unitForgetBias ? { initializer: openForgetGate(weights.specs.bias.initializer, units) } : {},
    run: ({ builder, initial: [h0, c0], reverse }, operands) => {
      const attributes = { activation, recurrentActivation, reverse }
      const { h, hLast, cLast } = builder.emit(lstmOp, { ...operands, h0, c0 }, attributes)
      return { h, last: [hLast, cLast] }
    },
    config: {
      afterActivation: { recurrent_activation: recurrentActivation },
      afterInitializers: { unit_forget_bias: unitForgetBias },
      last: { seed: null },
    },
  })
}

/** Ones in the forget block (i f c o); the bias initializer fills the other blocks. */
function openForgetGate(initializer: Initializer, units: number): Initializer {
  return {
    ...initializer,
    values: (shape, generator) => initializer.values(shape, generator).fill(1, units, 2 * units),
  }
}
