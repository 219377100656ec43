import type { Value } from '../../program/program.ts'
import type { CellStep } from './cell.ts'
import type { ReadCell } from './options.ts'

/** Masks that a cell draws: of the input from 0 on, of the state from here on, and others from there on. */
const STATE_MASKS = 8
export const OTHER_MASKS = 16

/** What Keras's cells are made of, gate by gate: products of the input and of the state, dropout in training included. */
export interface Products {
  /** x·W + b of a gate. */
  fromX(gate: number): Value
  /** h as the products with this gate's recurrent kernel see it. */
  state(gate: number): Value
  /** h·U + bias of a gate. @param h instead of `state(gate)` */
  fromH(gate: number, bias?: Value, h?: Value): Value
}

export function productsOf(step: CellStep, cell: ReadCell, gates: number): Products {
  const { dropout, recurrentDropout, maskPerGate, useBias } = cell
  const one = (name: string) => (gates === 1 ? [step.weight(name)] : step.gates(name, gates))
  const kernels = one('kernel')
  const recurrentKernels = one('recurrent_kernel')
  const biases = useBias ? one('bias') : []
  const maskOf = (gate: number) => (maskPerGate ? gate : 0)
  const state = (gate: number) => step.dropped(step.states[0], recurrentDropout, STATE_MASKS + maskOf(gate))
  return {
    state,
    fromX: (gate) => step.dense(step.dropped(step.x, dropout, maskOf(gate)), kernels[gate], biases[gate]),
    fromH: (gate, bias, h = state(gate)) => step.dense(h, recurrentKernels[gate], bias),
  }
}
