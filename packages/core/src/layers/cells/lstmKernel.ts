import { lstm } from '../../ops/lstm.ts'
import { fusedActivations, fusedWeights, type Kernel } from './fused.ts'
import { openForgetGate, type ReadCell } from './options.ts'

/** Gates in the order i f c o. */
export function lstmKernel(
  cell: ReadCell,
  { unitForgetBias = true }: { readonly unitForgetBias?: boolean },
): Kernel {
  const { initializer } = cell.weights.specs.bias
  return {
    gates: 4,
    bias: unitForgetBias ? { initializer: openForgetGate(initializer, cell.units) } : {},
    run: ({ builder, x, mask, initial: [h0, c0], reverse, weight }) => {
      const operands = { x, mask, h0, c0, ...fusedWeights(cell, weight) }
      const { h, hLast, cLast } = builder.emit(lstm, operands, { ...fusedActivations(cell), reverse })
      return { h, last: [hLast, cLast] }
    },
  }
}
