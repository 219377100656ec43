import type { Attributes } from '../../../program/program.ts'
import { activationCode, type Encoders, mask, type Operands, ring, word } from './operands.ts'
import { backward, forward } from './overTime.ts'

/** The recurrent layers beside the LSTM. */
export const recurrent: Encoders = {
  splitGates: { encode: gateBlocks },
  joinGates: { encode: gateBlocks },

  gru: {
    tiled: true,
    encode: (operands, attributes) => [
      ...forward(operands, attributes, 3),
      activationCode(attributes.recurrentActivation),
      word(attributes.resetAfter === true),
      ...operands.matrix('recurrentBias'),
      ...ring(operands, 'gates'),
      ...ring(operands, attributes.resetAfter ? 'recurrentCandidate' : 'resetState'),
    ],
  },

  gruBackward: {
    tiled: true,
    encode: (operands, attributes) => [
      ...backward(operands, attributes, 'h'),
      activationCode(attributes.recurrentActivation),
      word(attributes.resetAfter === true),
      ...operands.sequence('gates'),
      ...operands.sequence('h'),
      ...operands.sequence('recurrentCandidate'),
      ...operands.matrix('h0'),
      ...operands.sequence('dRecurrent'),
      ...operands.matrix('dResetState'),
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
    encode: (operands, attributes) => forward(operands, attributes, 1),
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
    encode: (operands, attributes) => [...backward(operands, attributes, 'h'), ...operands.sequence('h')],
  },
}

function gateBlocks({ matrix, layout }: Operands, { gates }: Attributes): number[] {
  const own = Array.from({ length: Number(gates) }, (_, gate) => matrix(`y${gate}`))
  return [...matrix('x'), layout('x').rows, Number(gates), ...own.flat()]
}
