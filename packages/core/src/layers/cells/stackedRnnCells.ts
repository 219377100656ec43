import { layerName } from '../../config/keras.ts'
import { boolean, checkedLater, checkOptions, text } from '../../config/options.ts'
import { OptionError } from '../../errors.ts'
import { innerWeights } from '../innerWeights.ts'
import { layerJson } from '../layerJson.ts'
import { type Cell, outputSizeOf, requireCell } from './cell.ts'

export interface StackedRnnCellsOptions {
  name?: string
  /** May training change their weights? Default true. */
  trainable?: boolean
  /** From the one that sees the input to the one that gives the output. */
  cells: readonly Cell[]
}

/** Cells on top of one another, as one: each sees the output of the one below. Keras: `StackedRNNCells`. */
export function stackedRNNCells(options: StackedRnnCellsOptions): Cell {
  const where = 'layers.stackedRNNCells'
  checkOptions({ where, options: { name: text, trainable: boolean, cells: checkedLater } }, options)
  const { cells, name = null, trainable = true } = options
  if (!Array.isArray(cells) || cells.length === 0)
    throw new OptionError(`${where}: option 'cells' must be a list of at least one cell`)
  for (const [index, cell] of cells.entries()) requireCell(`${where}, cell ${index}`, cell)
  const named = nameCells(cells)
  const firstStates = cells.map((_, index) =>
    cells.slice(0, index).reduce((count, { stateSizes }) => count + stateSizes.length, 0),
  )
  const last = cells[cells.length - 1]
  const outputState =
    last.outputState === undefined ? undefined : firstStates[cells.length - 1] + last.outputState
  return {
    className: 'StackedRNNCells',
    name,
    trainable,
    stateSizes: cells.flatMap(({ stateSizes }) => stateSizes),
    outputSize: outputSizeOf(last),
    outputState,
    cells: named,
    weights: (input) =>
      named.flatMap(({ cell, prefix }, index) =>
        innerWeights(prefix, cell.weights(index === 0 ? input : [outputSizeOf(cells[index - 1])]), cell),
      ),
    emit(step) {
      let { x } = step
      const states = named.flatMap((one, index) => {
        const first = firstStates[index]
        const before = step.states.slice(first, first + one.cell.stateSizes.length)
        const found = one.cell.emit(step.of(one, index, x, before))
        x = found.output
        return found.states
      })
      return { output: x, states }
    },
    config: { cells: named.map(({ cell, prefix }) => layerJson(cell, prefix)) },
  }
}

/** Cells under names that differ, given ones or after their classes, as Keras numbers them. */
function nameCells(cells: readonly Cell[]): { readonly prefix: string; readonly cell: Cell }[] {
  const taken = new Set<string>()
  return cells.map((cell) => {
    const base = cell.name ?? layerName(cell.className)
    let prefix = base
    for (let n = 1; taken.has(prefix); n++) prefix = `${base}_${n}`
    taken.add(prefix)
    return { prefix, cell }
  })
}
