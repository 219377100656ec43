import { general } from './general.ts'
import { losses } from './losses.ts'
import { moves } from './moves.ts'
import type { Encoders } from './operands.ts'
import { optimizers } from './optimizers.ts'
import { pointwiseKernels } from './pointwise.ts'
import { recurrent } from './recurrent.ts'

/** The encoders of the second binary's kernels (`kernels/more/`). */
export const MORE: Encoders = {
  ...recurrent,
  ...losses,
  ...pointwiseKernels,
  ...optimizers,
  ...general,
  ...moves,
}
