import type { Attributes } from '../../../program/program.ts'
import { activationCode, type Encoders, mask, type Operands, ring, word } from './operands.ts'

/** The recurrent layers beside the LSTM: each thread runs all steps of its rows. */
export const recurrent: Encoders = {
  splitGates: { encode: gateBlocks },
  joinGates: { encode: gateBlocks },

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

  flip: {
    encode: ({ steps, layout, sequence }) => [
      steps('x'),
      layout('x').panels,
      layout('x').kind === 'plain' ? 4 : 64,
      ...sequence('x'),
      ...sequence('y'),
    ],
  },

  shown: {
    encode: (operands, { since, last, reverse }) => [
      operands.steps('mask'),
      word(reverse === true),
      word(since === true),
      word(last === true),
      ...mask(operands),
      operands.layout('h').panels,
      ...operands.sequence('h'),
      ...operands.sequence('y'),
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

function gateBlocks({ matrix, layout }: Operands, { gates }: Attributes): number[] {
  const own = Array.from({ length: Number(gates) }, (_, gate) => matrix(`y${gate}`))
  return [...matrix('x'), layout('x').rows, Number(gates), ...own.flat()]
}
