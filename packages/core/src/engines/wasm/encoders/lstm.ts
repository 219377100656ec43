import { activationCode, type Encoders, mask, ring, word } from './operands.ts'

/** Each thread runs all steps of its rows. */
export const lstmKernels: Encoders = {
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
}
