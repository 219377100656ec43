import { rnn as rnnOp } from '../ops/rnn.ts'
import type { Layer } from './layer.ts'
import {
  dropInput,
  inputFeatures,
  type RecurrentOptions,
  readRecurrent,
  recurrentConfig,
  recurrentShape,
} from './recurrent.ts'

export type SimpleRnnOptions = RecurrentOptions

/**
 * The plain recurrent network (Elman 1990): h_t = activation(x_t·W + h_{t−1}·U + b). [batch, time, features] →
 * [batch, units], or [batch, time, units] with `returnSequences`. Keras: `SimpleRNN`.
 */
export function simpleRNN(options: SimpleRnnOptions): Layer {
  const where = 'layers.simpleRNN'
  const layer = readRecurrent(where, options)
  const { units, activation, useBias } = layer

  return {
    className: 'SimpleRNN',
    name: options.name ?? null,
    inputShape: options.inputShape,
    outputShape: (input) => recurrentShape(where, input, layer),
    weights: (input) => {
      const weights = [
        { name: 'kernel', shape: [inputFeatures(where, input), units], initializer: layer.kernelInitializer },
        { name: 'recurrent_kernel', shape: [units, units], initializer: layer.recurrentInitializer },
        { name: 'bias', shape: [units], initializer: layer.biasInitializer },
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
      }
      const { h, hLast } = builder.emit(rnnOp, operands, { activation, reverse: false })
      return layer.returnSequences ? h : hLast
    },
    config: recurrentConfig(layer, {}),
  }
}
