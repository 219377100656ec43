import type { Attributes, Value } from '../program/program.ts'
import type { GradientContext, Meaning, Op } from './op.ts'
import { columns, matrixRows } from './shapes.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

/** y = x·kernel + bias, for every row and step. x [B, …, K], kernel [K, N], bias [N], y [B, …, N]. */
export const dense: Op<'x' | 'kernel' | 'bias', 'y'> = {
  name: 'dense',
  inputs: ['x', 'kernel', 'bias'],
  optional: ['bias'],
  outputs: ['y'],
  split: 'rows',

  infer({ x, kernel }) {
    matrixRows('dense', x, kernel)
    const shape = [...x.shape.slice(0, -1), columns(kernel)]
    return { y: { shape, dtype: 'float32', gates: kernel.gates } }
  },

  gradient(context) {
    const { y: dy } = context.outputGradients
    return dy ? projectionGradient(context, dy) : {}
  },
}

/** Gradient of y = x·kernel + bias, of this operation or as a part of a recurrent one, from dy [B, …, N]. */
export function projectionGradient(
  {
    inputs: { x, kernel },
    needs,
    emit,
  }: Pick<GradientContext<'x' | 'kernel' | 'bias', string, Attributes>, 'inputs' | 'needs' | 'emit'>,
  dy: Value,
): Partial<Record<'x' | 'kernel' | 'bias', Value>> {
  const weights =
    needs('kernel') || needs('bias') ? emit(weightGradient, { x, dy }, { shift: 0, reverse: false }) : null
  const dx = needs('x')
    ? emit(dense, { x: dy, kernel: emit(transpose, { x: kernel }, {}).y }, {}).y
    : undefined
  return { x: dx, kernel: weights?.dKernel, bias: weights?.dBias }
}

export const evaluateDense: Meaning<typeof dense> = ({ x, kernel, bias }, { y }) => {
  const [K, N] = kernel.shape
  for (let row = 0; row < x.data.length / K; row++) {
    for (let n = 0; n < N; n++) {
      let sum = bias ? bias.data[n] : 0
      for (let k = 0; k < K; k++) sum += x.data[row * K + k] * kernel.data[k * N + n]
      y.data[row * N + n] = sum
    }
  }
}
