import { isObject, type JsonObject, layerName } from '../config/keras.ts'
import { checkedLater } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { type Cell, outputSizeOf, requireCell, weightsOfCell } from './cells/cell.ts'
import { deserializeCell } from './cells/index.ts'
import { stackedRNNCells } from './cells/stackedRnnCells.ts'
import { innerWeights } from './innerWeights.ts'
import { checkLayerOptions, formatShape, type Layer, required, type Shape } from './layer.ts'
import { layerJson } from './layerJson.ts'
import { FLAG_CHECKS, recurrentLayer, type SequenceOptions } from './recurrent.ts'

export interface RnnOptions extends SequenceOptions {
  /** What runs at every step: one of Keras's cells, a list of them (a stack), or a cell of your own. */
  cell: Cell | readonly Cell[]
}

/**
 * Runs a cell over time. [batch, time, features] → [batch, size] or, with `returnSequences`, [batch, time, size]; and
 * the states. Keras's cells run on the kernels of the layers of their name where those have what the cell needs; all
 * others step by step (`explain` says which, and why). Keras: `RNN`.
 */
export function rnn(options: RnnOptions): Layer {
  const where = 'layers.rnn'
  checkLayerOptions({ where, options: { cell: checkedLater, ...FLAG_CHECKS } }, options)
  required(where, options, 'cell')
  const cell = cellOf(`${where}, cell`, options.cell)
  return recurrentLayer(options, {
    where,
    className: 'RNN',
    states: cell.stateSizes.map((size, index) => ({ name: `state${index}`, size })),
    outputSize: outputSizeOf(cell),
    plain: null,
    cell: () => cell,
    checkSequence: (input) => checkSteps(where, input),
    weights: (step) => innerWeights('', weightsOfCell(cell, step), cell),
    again: (changes) => rnn({ ...options, ...changes }),
    config: { cell: layerJson(cell, cell.name ?? layerName(cell.className)) },
  })
}

/** A cell, a list of them, or what a file has in its place. */
function cellOf(where: string, given: Cell | readonly Cell[] | JsonObject): Cell {
  const cell = isList(given)
    ? stackedRNNCells({ cells: given })
    : isObject(given as JsonObject) && 'class_name' in given
      ? deserializeCell(where, given)
      : given
  requireCell(where, cell)
  return cell
}

const isList = <T>(cell: T | readonly Cell[]): cell is readonly Cell[] => Array.isArray(cell)

function checkSteps(where: string, input: Shape): void {
  if (input.length >= 2) return
  throw new DataError(
    `${where}: expected sequences, [batch, time, features]; got ${formatShape(input)}. ` +
      'After a layer that returns only its last output? Give that layer returnSequences: true.',
  )
}
