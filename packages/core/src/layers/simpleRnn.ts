import { rnn as rnnOp } from '../ops/rnn.ts'
import { defineLayer, type Layer } from './layer.ts'
import {
  type RecurrentOptions,
  readRecurrent,
  recurrentConfig,
  recurrentOperands,
  recurrentShape,
  recurrentWeights,
} from './recurrent.ts'

export type SimpleRnnOptions = RecurrentOptions

/**
 * The plain recurrent network (Elman 1990): h_t = activation(x_t·W + h_{t−1}·U + b). [batch, time, features] →
 * [batch, units], or [batch, time, units] with `returnSequences`. Keras: `SimpleRNN`.
 */
export function simpleRNN(options: SimpleRnnOptions): Layer {
  const where = 'layers.simpleRNN'
  const layer = readRecurrent(where, options)

  return defineLayer(options, {
    className: 'SimpleRNN',
    outputShape: (input) => recurrentShape(where, input, layer),
    weights: (input) => recurrentWeights(where, input, layer, 1),
    emit: (context, x) => {
      const operands = recurrentOperands(context, x, layer)
      const { h, hLast } = context.builder.emit(rnnOp, operands, {
        activation: layer.activation,
        reverse: false,
      })
      return layer.returnSequences ? h : hLast
    },
    config: recurrentConfig(layer, {}),
  })
}
