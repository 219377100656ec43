import { camelKeys, isObject, type Json } from '../../config/keras.ts'
import { show, suggest } from '../../config/options.ts'
import { readKerasObject } from '../../config/readKeras.ts'
import { OptionError } from '../../errors.ts'
import type { Cell } from './cell.ts'
import { gruCell } from './gruCell.ts'
import { lstmCell } from './lstmCell.ts'
import { simpleRNNCell } from './simpleRnnCell.ts'
import { stackedRNNCells } from './stackedRnnCells.ts'

/** Cell classes that a file may name. Nothing else is ever made out of a file. */
export const CELL_CLASSES: ReadonlyMap<string, (options: never) => Cell> = new Map<
  string,
  (options: never) => Cell
>([
  ['LSTMCell', lstmCell],
  ['GRUCell', gruCell],
  ['SimpleRNNCell', simpleRNNCell],
  ['StackedRNNCells', stackedRNNCells],
])

/** Reads a cell that Keras, or we, wrote inside a layer's configuration. */
export function deserializeCell(where: string, json: Json): Cell {
  const { className, config } = readKerasObject(where, json)
  const make = CELL_CLASSES.get(className)
  if (!make)
    throw new OptionError(
      `${where}: cell class '${className}' is not supported.${suggest(className, [...CELL_CLASSES.keys()])} ` +
        'A cell of your own stands in no file: make the model in code and give it the weights of this one.',
    )
  const { dtype, cells, ...options } = camelKeys(config)
  if (dtypeName(dtype) !== 'float32')
    throw new OptionError(`${where}: expected the dtype float32; got ${show(dtype)}`)
  const inner = Array.isArray(cells)
    ? { cells: cells.map((cell, i) => deserializeCell(`${where} ${i}`, cell)) }
    : {}
  return make({ ...options, ...inner } as never)
}

function dtypeName(dtype: Json | undefined): Json | undefined {
  if (!isObject(dtype)) return dtype ?? 'float32'
  return isObject(dtype.config) ? dtype.config.name : undefined
}
