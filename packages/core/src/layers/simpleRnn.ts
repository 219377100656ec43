import type { KernelActivation } from '../ops/activations.ts'
import { rnn as rnnOp } from '../ops/rnn.ts'
import { whyNotFused } from './cells/options.ts'
import type { Layer } from './layer.ts'
import { type RecurrentOptions, readRecurrent, recurrentLayer } from './recurrent.ts'

export type SimpleRnnOptions = RecurrentOptions

/**
 * The plain recurrent network (Elman 1990): h_t = activation(x_t·W + h_{t−1}·U + b). [batch, time, features] →
 * [batch, units], or [batch, time, units] with `returnSequences`. Keras: `SimpleRNN`.
 */
export function simpleRNN(options: SimpleRnnOptions): Layer {
  const layer = readRecurrent('layers.simpleRNN', options, 1)
  const activation = layer.activation as KernelActivation

  return recurrentLayer(options, layer, {
    className: 'SimpleRNN',
    gates: 1,
    make: simpleRNN,
    states: ['h'],
    config: { noSeed: true },
    whyNotFused: (training) => whyNotFused(layer, training),
    run: ({ builder, initial: [h0], reverse }, operands) => {
      const { h, hLast } = builder.emit(rnnOp, { ...operands, h0 }, { activation, reverse })
      return { h, last: [hLast] }
    },
  })
}
