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

/** Address and bytes from step to step; zeros where there is none. */
function mask({ sequence }: Operands): readonly number[] {
  const [address, , step] = sequence('mask')
  return [address, step]
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
      ...mask(operands),
    ],
  },

  lstmBackward: {
    tiled: true,
    encode: (operands, { activation, recurrentActivation, reverse }) => [
      operands.steps('c'),
      word(reverse === true),
      operands.layout('c').columns,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...operands.matrix('recurrentKernelTransposed'),
      ...operands.sequence('gates'),
      ...operands.sequence('c'),
      ...operands.sequence('activatedC'),
      ...operands.matrix('c0'),
      ...operands.sequence('dh'),
      ...operands.matrix('dhLast'),
      ...operands.matrix('dcLast'),
      ...operands.sequence('dz'),
      ...operands.matrix('dh0'),
      ...operands.matrix('dc0'),
      word(operands.isRead('dh0')),
      ...mask(operands),
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
      ...mask(operands),
    ],
  },

  gruBackward: {
    tiled: true,
    encode: (operands, { activation, recurrentActivation, reverse, resetAfter }) => [
      operands.steps('h'),
      word(reverse === true),
      word(resetAfter === true),
      operands.layout('h').columns,
      activationCode(activation),
      activationCode(recurrentActivation),
      ...operands.matrix('recurrentKernelTransposed'),
      ...operands.sequence('gates'),
      ...operands.sequence('h'),
      ...operands.sequence('recurrentCandidate'),
      ...operands.matrix('h0'),
      ...operands.sequence('dh'),
      ...operands.matrix('dhLast'),
      ...operands.sequence('dz'),
      ...operands.sequence('dRecurrent'),
      ...operands.matrix('dh0'),
      ...operands.matrix('dResetState'),
      word(operands.isRead('dh0')),
      ...mask(operands),
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
      ...mask(operands),
    ],
  },

  rnnBackward: {
    tiled: true,
    encode: (operands, { activation, reverse }) => [
      operands.steps('h'),
      word(reverse === true),
      operands.layout('h').columns,
      activationCode(activation),
      ...operands.matrix('recurrentKernelTransposed'),
      ...operands.sequence('h'),
      ...operands.sequence('dh'),
      ...operands.matrix('dhLast'),
      ...operands.sequence('dz'),
      ...operands.matrix('dh0'),
      word(operands.isRead('dh0')),
      ...mask(operands),
    ],
  },
}
