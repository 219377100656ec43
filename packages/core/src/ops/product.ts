import { formatType } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'
import { transpose } from './transpose.ts'

/** y = a·b of two weights, or of what is made of them: a [K, L], b [L, N], y [K, N]. */
export const product: Op<'a' | 'b', 'y'> = {
  name: 'product',
  inputs: ['a', 'b'],
  outputs: ['y'],
  split: 'panels',
  own: ['b'],

  infer({ a, b }) {
    if (a.shape.length !== 2 || a.shape[1] !== b.shape[0] || (a.gates ?? 1) !== (b.rowGates ?? 1))
      throw new Error(`operation 'product': ${formatType(a)} does not fit ${formatType(b)}`)
    return {
      y: { shape: [a.shape[0], b.shape[1]], dtype: 'float32', gates: b.gates, rowGates: a.rowGates },
    }
  },

  gradient({ inputs: { a, b }, outputGradients: { y: dy }, needs, emit }) {
    if (!dy) return {}
    const turned = (x: typeof a) => emit(transpose, { x }, {}).y
    return {
      a: needs('a') ? emit(product, { a: dy, b: turned(b) }, {}).y : undefined,
      b: needs('b') ? emit(product, { a: turned(a), b: dy }, {}).y : undefined,
    }
  },
}

export const evaluateProduct: Meaning<typeof product> = ({ a, b }, { y }) => {
  const [K, L] = a.shape
  const N = b.shape[1]
  for (let k = 0; k < K; k++)
    for (let l = 0; l < L; l++)
      for (let n = 0; n < N; n++) y.data[k * N + n] += a.data[k * L + l] * b.data[l * N + n]
}
