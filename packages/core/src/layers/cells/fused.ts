import type { KernelActivation } from '../../ops/kernelActivations.ts'
import type { Value } from '../../program/program.ts'
import type { WeightSpec } from '../layer.ts'
import type { Fused } from './cell.ts'
import type { ReadCell } from './options.ts'

/** What a layer and its cell have in common: the fused operation that runs over time, and the weights it takes. */
export interface Kernel {
  /** Blocks of the kernels' columns. */
  readonly gates: number
  /** What is special about the bias. */
  readonly bias?: Partial<WeightSpec>
  readonly run: Fused['run']
}

/** The weights that the three have in common, as their fused operations take them. */
export function fusedWeights({ useBias }: ReadCell, weight: (name: string) => Value) {
  return {
    kernel: weight('kernel'),
    recurrentKernel: weight('recurrent_kernel'),
    bias: useBias ? weight('bias') : undefined,
  }
}

/** Of a cell that `whyNotFused` does not refuse. */
export function fusedActivations({ activation, recurrentActivation }: ReadCell) {
  return {
    activation: activation as KernelActivation,
    recurrentActivation: recurrentActivation as KernelActivation,
  }
}
