import { activationCode, type Encoders, ring } from './operands.ts'
import { backward, forward } from './overTime.ts'

export const lstmKernels: Encoders = {
  lstm: {
    tiled: true,
    encode: (operands, attributes) => [
      ...forward(operands, attributes, 4),
      activationCode(attributes.recurrentActivation),
      ...operands.matrix('c0'),
      ...ring(operands, 'c'),
      ...ring(operands, 'gates'),
      ...operands.sequence('activatedC'),
      ...operands.matrix('cLast'),
    ],
  },

  lstmBackward: {
    tiled: true,
    encode: (operands, attributes) => [
      ...backward(operands, attributes, 'c'),
      activationCode(attributes.recurrentActivation),
      ...operands.sequence('gates'),
      ...operands.sequence('c'),
      ...operands.sequence('activatedC'),
      ...operands.matrix('c0'),
      ...operands.matrix('dcLast'),
      ...operands.matrix('dc0'),
    ],
  },
}
