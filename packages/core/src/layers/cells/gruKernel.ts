import { gru } from '../../ops/gru.ts'
import { fusedActivations, fusedWeights, type Kernel } from './fused.ts'
import type { ReadCell } from './options.ts'

/** Gates in the order z r h. */
export function gruKernel(cell: ReadCell, { resetAfter = true }: { readonly resetAfter?: boolean }): Kernel {
  const bias = { shape: [2, 3 * cell.units], rows: ['bias', 'recurrent_bias'] }
  return {
    gates: 3,
    bias: resetAfter ? bias : {},
    run: ({ builder, x, mask, initial: [h0], reverse, weight }) => {
      const recurrentBias = cell.useBias && resetAfter ? weight('recurrent_bias') : undefined
      const operands = { x, mask, h0, recurrentBias, ...fusedWeights(cell, weight) }
      const { h, hLast } = builder.emit(gru, operands, { ...fusedActivations(cell), reverse, resetAfter })
      return { h, last: [hLast] }
    },
  }
}
