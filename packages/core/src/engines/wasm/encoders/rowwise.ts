import { type Encoders, float32Word, type Operands } from './operands.ts'

const NONE = [0, 0, 0] as const

/** The descriptor `Rowwise`: what works along the last axis of each row and step. */
export function rowwise(
  operands: Operands,
  a: string,
  b: string | null,
  c: string | null,
  y: string,
  parameter = 0,
): number[] {
  const optional = (name: string | null) => (name === null ? NONE : operands.sequence(name))
  return [
    operands.layout(a).columns,
    operands.steps(y),
    ...operands.sequence(a),
    ...optional(b),
    ...optional(c),
    ...operands.sequence(y),
    float32Word(parameter),
  ]
}

/** A loss and its gradient, which take their predictions by this name; from probabilities it may clip first. */
export function loss(
  name: string,
  predictions: 'logits' | 'probabilities' | 'predictions',
  gradient: string,
): Encoders {
  return {
    [name]: {
      encode: (operands, { clipFirst = false }) =>
        rowwise(operands, predictions, 'labels', null, 'loss', Number(clipFirst)),
    },
    [`${name}Gradient`]: {
      encode: (operands, { clipFirst = false }) =>
        rowwise(operands, predictions, 'labels', 'dLoss', gradient, Number(clipFirst)),
    },
  }
}

/** What the seed job works out along the last axis. */
export const rowwiseKernels: Encoders = {
  softmax: { encode: (operands) => rowwise(operands, 'x', null, null, 'y') },
  ...loss('softmaxCrossEntropy', 'logits', 'dLogits'),
  categoricalAccuracy: { encode: (operands) => rowwise(operands, 'predictions', 'labels', null, 'value') },

  guard: {
    encode: ({ rows, steps, sequence, pointer }) => {
      const [loss, , lossStep] = sequence('loss')
      return [rows('loss'), steps('loss'), loss, lossStep, pointer('finite')]
    },
  },
}
