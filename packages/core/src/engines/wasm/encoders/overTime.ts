import type { Attributes } from '../../../program/program.ts'
import { activationCode, mask, type Operands, ring, word } from './operands.ts'

// What the descriptors of recurrent kernels begin with: `kernels/recurrent.ts`. Each thread runs all steps of its rows.

export function forward(
  operands: Operands,
  { activation, reverse }: Attributes,
  gates: number,
): readonly number[] {
  return [
    operands.steps('x'),
    word(reverse === true),
    operands.layout('x').columns,
    operands.layout('recurrentKernel').columns / gates,
    activationCode(activation),
    ...operands.sequence('x'),
    ...operands.matrix('kernel'),
    ...operands.matrix('recurrentKernel'),
    ...operands.matrix('bias'),
    ...operands.matrix('h0'),
    ...ring(operands, 'h'),
    ...operands.matrix('hLast'),
    ...mask(operands),
  ]
}

/** @param kept a state that the forward pass kept */
export function backward(
  operands: Operands,
  { activation, reverse }: Attributes,
  kept: string,
): readonly number[] {
  return [
    operands.steps(kept),
    word(reverse === true),
    operands.layout(kept).columns,
    activationCode(activation),
    ...operands.matrix('recurrentKernelTransposed'),
    ...operands.sequence('dh'),
    ...operands.matrix('dhLast'),
    ...operands.sequence('dz'),
    ...operands.matrix('dh0'),
    word(operands.isRead('dh0')),
    ...mask(operands),
  ]
}
