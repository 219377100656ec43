import { boolean } from '../../config/options.ts'
import { activationConfig } from '../activationOption.ts'
import type { Cell } from './cell.ts'
import { fusedBy } from './fusedBy.ts'
import { gruKernel } from './gruKernel.ts'
import { cellConfig, cellWeights, featuresOf, type GatedCellOptions, readCell } from './options.ts'
import { productsOf } from './products.ts'

export interface GruCellOptions extends GatedCellOptions {
  /** Apply the reset gate after the recurrent product (cuDNN's GRU) rather than before (the paper's). Default true. */
  resetAfter?: boolean
}

/** One step of a gated recurrent unit (Cho et al. 2014), gates in the order z r h. Keras: `GRUCell`. */
export function gruCell(options: GruCellOptions): Cell {
  return makeGruCell('layers.gruCell', options)
}

export function makeGruCell(where: string, options: GruCellOptions): Cell {
  const cell = readCell(where, options, 3, { resetAfter: boolean })
  const { units, activation, recurrentActivation, useBias } = cell
  const { resetAfter = true } = options
  const kernel = gruKernel(cell, options)
  return {
    className: 'GRUCell',
    name: options.name ?? null,
    trainable: options.trainable ?? true,
    stateSizes: [units],
    weights: (input) => cellWeights(cell, featuresOf(where, input), kernel),
    emit(step) {
      const { fromX, fromH, state } = productsOf(step, cell, 3)
      const biases = useBias && resetAfter ? step.gates('recurrent_bias', 3) : []
      const [z, r] = [0, 1].map((gate) =>
        step.activation(recurrentActivation, step.add(fromX(gate), fromH(gate, biases[gate]))),
      )
      const recurrent = resetAfter
        ? step.multiply(r, fromH(2, biases[2]))
        : fromH(2, undefined, step.multiply(r, state(2)))
      const candidate = step.activation(activation, step.add(fromX(2), recurrent))
      const [h] = step.states
      const next = step.add(step.multiply(z, h), step.multiply(step.math.scale(z, -1, 1), candidate))
      return { output: next, states: [next] }
    },
    seed: cell.seed,
    outputState: 0,
    fused: fusedBy(cell, kernel),
    config: cellConfig(cell, {
      afterActivation: { recurrent_activation: activationConfig(recurrentActivation) },
      last: { reset_after: resetAfter },
    }),
  }
}
