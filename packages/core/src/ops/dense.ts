import type { Meaning, Op } from './op.ts'
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

  gradient({ inputs, outputGradients: { y: dy }, needs, emit }) {
    if (!dy) return {}
    const weights =
      needs('kernel') || needs('bias')
        ? emit(weightGradient, { x: inputs.x, dy }, { shift: 0, reverse: false })
        : null
    const dx = needs('x')
      ? emit(dense, { x: dy, kernel: emit(transpose, { x: inputs.kernel }, {}).y }, {}).y
      : undefined
    return { x: dx, kernel: weights?.dKernel, bias: weights?.dBias }
  },

  flops: ({ kernel }, { y }) => 2 * kernel[0] * y.reduce((product, dim) => product * dim, 1),
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
