import { KERNEL_ACTIVATIONS, type KernelActivation } from '../../../ops/activations.ts'
import type { Attributes } from '../../../program/program.ts'
import { type Encoders, type Operands, word } from './operands.ts'

/** The activations' codes in `kernels/activations.ts`. */
export function activationCode(name: Attributes[string]): number {
  return KERNEL_ACTIVATIONS.indexOf(name as KernelActivation)
}

/** A sequence and how many of its steps are kept: step t lies in slot t mod ring. */
function ring({ sequence, layout }: Operands, name: string): readonly number[] {
  return [...sequence(name), layout(name).steps]
}

/** The recurrent layers: each thread runs all steps of its rows. */
export const recurrent: Encoders = {
  lstm: {
    tiled: true,
    encode: (operands, { activation, recurrentActivation, reverse }) => [
      operands.steps('x'),
      word(reverse === true),
      operands.layout('x').columns,
      operands.layout('recurrentKernel').columns / 4,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...operands.sequence('x'),
      ...operands.matrix('kernel'),
      ...operands.matrix('recurrentKernel'),
      ...operands.matrix('bias'),
      ...operands.matrix('h0'),
      ...operands.matrix('c0'),
      ...ring(operands, 'h'),
      ...ring(operands, 'c'),
      ...ring(operands, 'gates'),
      ...operands.sequence('activatedC'),
      ...operands.matrix('hLast'),
      ...operands.matrix('cLast'),
    ],
  },

  lstmBackward: {
    tiled: true,
    encode: ({ steps, layout, matrix, sequence, isRead }, { activation, recurrentActivation, reverse }) => [
      steps('c'),
      word(reverse === true),
      layout('c').columns,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...matrix('recurrentKernelTransposed'),
      ...sequence('gates'),
      ...sequence('c'),
      ...sequence('activatedC'),
      ...matrix('c0'),
      ...sequence('dh'),
      ...matrix('dhLast'),
      ...matrix('dcLast'),
      ...sequence('dz'),
      ...matrix('dh0'),
      ...matrix('dc0'),
      word(isRead('dh0')),
    ],
  },

  gru: {
    tiled: true,
    encode: (operands, { activation, recurrentActivation, reverse, resetAfter }) => [
      operands.steps('x'),
      word(reverse === true),
      word(resetAfter === true),
      operands.layout('x').columns,
      operands.layout('recurrentKernel').columns / 3,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...operands.sequence('x'),
      ...operands.matrix('kernel'),
      ...operands.matrix('recurrentKernel'),
      ...operands.matrix('bias'),
      ...operands.matrix('recurrentBias'),
      ...operands.matrix('h0'),
      ...ring(operands, 'h'),
      ...ring(operands, 'gates'),
      ...ring(operands, resetAfter ? 'recurrentCandidate' : 'resetState'),
      ...operands.matrix('hLast'),
    ],
  },

  gruBackward: {
    tiled: true,
    encode: (
      { steps, layout, matrix, sequence, isRead },
      { activation, recurrentActivation, reverse, resetAfter },
    ) => [
      steps('h'),
      word(reverse === true),
      word(resetAfter === true),
      layout('h').columns,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...matrix('recurrentKernelTransposed'),
      ...sequence('gates'),
      ...sequence('h'),
      ...sequence('recurrentCandidate'),
      ...matrix('h0'),
      ...sequence('dh'),
      ...matrix('dhLast'),
      ...sequence('dz'),
      ...sequence('dRecurrent'),
      ...matrix('dh0'),
      ...matrix('dResetState'),
      word(isRead('dh0')),
    ],
  },

  gruRecurrentGradient: {
    tiled: true,
    encode: ({ steps, rows, layout, matrix, sequence }, { reverse }) => [
      steps('h'),
      rows('h'),
      word(reverse === true),
      layout('h').columns,
      ...sequence('h'),
      ...matrix('h0'),
      ...sequence('resetState'),
      ...sequence('dz'),
      ...matrix('dKernel'),
    ],
  },

  rnn: {
    tiled: true,
    encode: (operands, { activation, reverse }) => [
      operands.steps('x'),
      word(reverse === true),
      operands.layout('x').columns,
      operands.layout('recurrentKernel').columns,
      activationCode(activation),
      ...operands.sequence('x'),
      ...operands.matrix('kernel'),
      ...operands.matrix('recurrentKernel'),
      ...operands.matrix('bias'),
      ...operands.matrix('h0'),
      ...ring(operands, 'h'),
      ...operands.matrix('hLast'),
    ],
  },

  rnnBackward: {
    tiled: true,
    encode: ({ steps, layout, matrix, sequence, isRead }, { activation, reverse }) => [
      steps('h'),
      word(reverse === true),
      layout('h').columns,
      activationCode(activation),
      ...matrix('recurrentKernelTransposed'),
      ...sequence('h'),
      ...sequence('dh'),
      ...matrix('dhLast'),
      ...sequence('dz'),
      ...matrix('dh0'),
      word(isRead('dh0')),
    ],
  },
}
