import type { KernelActivation } from '../../ops/activations.ts'
import type { Value } from '../../program/program.ts'
import type { WeightSpec } from '../layer.ts'
import type { Fused } from './cell.ts'
import { type ReadCell, whyNotFused } from './options.ts'

/** What a layer and its cell have in common: the fused operation that runs over time, and the weights it takes. */
export interface Kernel {
  /** Blocks of the kernels' columns. */
  readonly gates: number
  /** What is special about the bias. */
  readonly bias?: Partial<WeightSpec>
  readonly run: Fused['run']
}

/** A cell of Keras's, run by its kernel where that has what is asked for. */
export function fusedBy(cell: ReadCell, { run }: Kernel): Fused {
  return { whyNot: (training) => whyNotFused(cell, training), dropout: cell.dropout, run }
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

/** Where a layer's random numbers come from, its own seed included. */
export function seededStream(stream: number, seed: number | null): number {
  if (seed === null) return stream
  // odd multipliers near 2³² / φ (Knuth) spread neighbours
  const low = Math.imul((seed >>> 0) + 1, 0x9e3779b1)
  return (stream ^ low ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca77)) >>> 0
}
