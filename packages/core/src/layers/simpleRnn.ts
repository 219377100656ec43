import { readCell } from './cells/options.ts'
import { simpleRnnKernel } from './cells/simpleRnnKernel.ts'
import type { Layer } from './layer.ts'
import { cellLayer, LAYER_CHECKS, type RecurrentOptions } from './recurrent.ts'

export type SimpleRnnOptions = RecurrentOptions

/**
 * The plain recurrent network (Elman 1990): h_t = activation(x_t·W + h_{t−1}·U + b). [batch, time, features] →
 * [batch, units], or [batch, time, units] with `returnSequences`. Keras: `SimpleRNN`.
 */
export function simpleRNN(options: SimpleRnnOptions): Layer {
  const cell = readCell('layers.simpleRNN', options, 1, LAYER_CHECKS)
  return cellLayer(options, cell, {
    className: 'SimpleRNN',
    states: ['h'],
    kernel: simpleRnnKernel(cell),
    make: simpleRNN,
    config: { noSeed: true },
  })
}
