import { rnn } from '../../ops/rnn.ts'
import { fusedActivations, fusedWeights, type Kernel } from './fused.ts'
import type { ReadCell } from './options.ts'

export function simpleRnnKernel(cell: ReadCell): Kernel {
  return {
    gates: 1,
    run: ({ builder, x, mask, initial: [h0], reverse, weight }) => {
      const { activation } = fusedActivations(cell)
      const operands = { x, mask, h0, ...fusedWeights(cell, weight) }
      const { h, hLast } = builder.emit(rnn, operands, { activation, reverse })
      return { h, last: [hLast] }
    },
  }
}
