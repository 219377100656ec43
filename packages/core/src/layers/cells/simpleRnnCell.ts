import type { KernelActivation } from '../../ops/activations.ts'
import { rnn } from '../../ops/rnn.ts'
import type { Cell } from './cell.ts'
import { fusedWeights } from './fused.ts'
import { type CellOptions, cellConfig, cellWeights, featuresOf, readCell, whyNotFused } from './options.ts'
import { productsOf } from './products.ts'

/** One step of a plain recurrent network: h = φ(x·W + b + h₋·U). Keras: `SimpleRNNCell`. */
export function simpleRNNCell(options: CellOptions): Cell {
  return makeSimpleRnnCell('layers.simpleRNNCell', options)
}

export function makeSimpleRnnCell(where: string, options: CellOptions): Cell {
  const cell = readCell(where, options, 1)
  return {
    className: 'SimpleRNNCell',
    name: options.name ?? null,
    trainable: options.trainable ?? true,
    stateSizes: [cell.units],
    weights: (input) => cellWeights(cell, featuresOf(where, input), 1),
    emit(step) {
      const { fromX, fromH } = productsOf(step, cell, 1)
      const h = step.activation(cell.activation, step.add(fromX(0), fromH(0)))
      return { output: h, states: [h] }
    },
    seed: cell.seed,
    outputState: 0,
    fused: {
      whyNot: (training) => whyNotFused(cell, training),
      dropout: cell.dropout,
      run: ({ builder, x, mask, initial: [h0], reverse, weight }) => {
        const attributes = { activation: cell.activation as KernelActivation, reverse }
        const { h, hLast } = builder.emit(rnn, { x, mask, h0, ...fusedWeights(cell, weight) }, attributes)
        return { h, last: [hLast] }
      },
    },
    config: cellConfig(cell, {}),
  }
}
