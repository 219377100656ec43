import type { Cell } from './cell.ts'
import { makeGruCell } from './gruCell.ts'
import { makeLstmCell } from './lstmCell.ts'
import { makeSimpleRnnCell } from './simpleRnnCell.ts'

/** The cells of the recurrent layers, by Keras's class of the layer: for those that no fused operation runs. */
export const CELLS: Readonly<Record<string, (where: string, options: never) => Cell>> = {
  LSTM: makeLstmCell,
  GRU: makeGruCell,
  SimpleRNN: makeSimpleRnnCell,
}
