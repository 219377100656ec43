import type { Cell } from './cell.ts'
import { fusedBy } from './fusedBy.ts'
import { type CellOptions, cellConfig, cellWeights, featuresOf, readCell } from './options.ts'
import { productsOf } from './products.ts'
import { simpleRnnKernel } from './simpleRnnKernel.ts'

/** One step of a plain recurrent network: h = φ(x·W + b + h₋·U). Keras: `SimpleRNNCell`. */
export function simpleRNNCell(options: CellOptions): Cell {
  return makeSimpleRnnCell('layers.simpleRNNCell', options)
}

export function makeSimpleRnnCell(where: string, options: CellOptions): Cell {
  const cell = readCell(where, options, 1)
  const kernel = simpleRnnKernel(cell)
  return {
    className: 'SimpleRNNCell',
    name: options.name ?? null,
    trainable: options.trainable ?? true,
    stateSizes: [cell.units],
    weights: (input) => cellWeights(cell, featuresOf(where, input), kernel),
    emit(step) {
      const { fromX, fromH } = productsOf(step, cell, 1)
      const h = step.activation(cell.activation, step.add(fromX(0), fromH(0)))
      return { output: h, states: [h] }
    },
    seed: cell.seed,
    outputState: 0,
    fused: fusedBy(cell, kernel),
    config: cellConfig(cell, {}),
  }
}
