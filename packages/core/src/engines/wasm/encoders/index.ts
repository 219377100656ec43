import { matrices } from './matrices.ts'
import type { Encoders } from './operands.ts'
import { optimizers } from './optimizers.ts'
import { pointwiseKernels } from './pointwise.ts'
import { recurrent } from './recurrent.ts'
import { rowwiseKernels } from './rowwise.ts'

/** By operation: its kernel and how that is told. */
export const ENCODERS: Encoders = {
  ...matrices,
  ...recurrent,
  ...rowwiseKernels,
  ...pointwiseKernels,
  ...optimizers,
}
