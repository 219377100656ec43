import { dropoutThreshold } from '../../../ops/dropoutMask.ts'
import type { Attributes } from '../../../program/program.ts'
import { activationCode, type Encoders, float32Word, type Operands, word } from './operands.ts'

/** The descriptor `Pointwise`; `b` may lack the steps of `a`, and then serves all of them. */
function pointwise(
  { layout, steps, sequence, isBatch }: Operands,
  a: string,
  b: string | null,
  y: string,
  activation: Attributes[string] = 'linear',
): number[] {
  const [address, panelStride, stepStride] = b === null ? [0, 0, 0] : sequence(b)
  const repeated = b !== null && layout(b).steps < layout(a).steps
  return [
    word(isBatch(y)),
    layout(y).panels,
    layout(y).rows,
    steps(y),
    ...sequence(a),
    ...[address, panelStride, repeated ? 0 : stepStride],
    ...sequence(y),
    activationCode(activation),
  ]
}

/** What works entry by entry, and what only moves entries. */
export const pointwiseKernels: Encoders = {
  add: { encode: (operands) => pointwise(operands, 'a', 'b', 'y') },
  multiply: { encode: (operands) => pointwise(operands, 'a', 'b', 'y') },
  activation: { encode: (operands, { kind }) => pointwise(operands, 'x', null, 'y', kind) },
  activationGradient: { encode: (operands, { kind }) => pointwise(operands, 'y', 'dy', 'dx', kind) },

  reshape: {
    encode: ({ layout, sequence }) => [
      layout('x').kind === 'plain' ? 4 : 64,
      ...sequence('x'),
      layout('x').columns,
      ...sequence('y'),
      layout('y').columns,
      layout('y').columns * layout('y').steps,
    ],
  },

  oneHot: {
    encode: ({ layout, steps, sequence }, { classes }) => {
      const [labels, , labelsStep] = sequence('labels')
      return [steps('y'), labels, labelsStep, ...sequence('y'), layout('y').panels, Number(classes)]
    },
  },

  embedding: { encode: (operands) => embedding(operands, 'table', 'y') },
  embeddingGradient: { encode: (operands) => embedding(operands, 'dTable', 'dy') },

  noise: {
    encode: ({ layout, steps, sequence, pointer }, { stream }) => [
      steps('noise'),
      layout('noise').columns,
      pointer('generator'),
      Number(stream),
      ...sequence('noise'),
    ],
  },

  dropoutMask: {
    encode: ({ layout, steps, sequence, pointer }, { rate, stream }) => {
      const threshold = dropoutThreshold(Number(rate))
      return [
        steps('mask'),
        layout('mask').columns,
        pointer('generator'),
        Number(stream),
        Math.max(0, threshold - 1),
        word(threshold === 0),
        float32Word(1 / (1 - Number(rate))),
        ...sequence('mask'),
      ]
    },
  },
}

function embedding({ layout, rows, steps, sequence, matrix }: Operands, table: string, y: string): number[] {
  const [ids, , idsStep] = sequence('ids')
  return [rows(y), steps(y), ids, idsStep, ...matrix(table), ...sequence(y), layout(y).panels]
}
