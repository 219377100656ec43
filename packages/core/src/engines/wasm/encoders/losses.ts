import type { Encoders } from './operands.ts'
import { loss, rowwise } from './rowwise.ts'

/** Losses and metrics of each row and step, beside the seed job's. */
export const losses: Encoders = {
  softmaxGradient: { encode: (operands) => rowwise(operands, 'y', 'dy', null, 'dx') },

  ...loss('sigmoidCrossEntropy', 'logits', 'dLogits'),
  ...loss('categoricalCrossEntropy', 'probabilities', 'dProbabilities'),
  ...loss('binaryCrossEntropy', 'probabilities', 'dProbabilities'),
  ...loss('meanSquaredError', 'predictions', 'dPredictions'),
  ...loss('meanAbsoluteError', 'predictions', 'dPredictions'),

  binaryAccuracy: {
    encode: (operands, { threshold }) =>
      rowwise(operands, 'predictions', 'labels', null, 'value', Number(threshold)),
  },

  maskWeights: {
    encode: ({ rows, steps, pointer, layout }, { over, ignoreClass }) => {
      const stepped = (name: string) => [pointer(name), pointer(name) && layout(name).stepStride]
      return [
        ...[rows('weight'), steps('weight')],
        ...['weight', 'mask', 'labels', 'weights'].flatMap(stepped),
        ...[['valid', 'weights', 'nothing'].indexOf(String(over)), Number(ignoreClass)],
      ]
    },
  },
}
