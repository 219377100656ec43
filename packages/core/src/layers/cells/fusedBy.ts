import type { Fused } from './cell.ts'
import type { Kernel } from './fused.ts'
import { type ReadCell, whyNotFused } from './options.ts'

/** A cell of Keras's, run by its kernel where that has what is asked for. */
export function fusedBy(cell: ReadCell, { run }: Kernel): Fused {
  return { whyNot: (training) => whyNotFused(cell, training), dropout: cell.dropout, run }
}
