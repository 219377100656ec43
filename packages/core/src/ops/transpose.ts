import type { Meaning, Op } from './op.ts'

/** y = xᵀ. x [K, N], y [N, K]; gate blocks of x's columns become gate blocks of y's rows. */
export const transpose: Op<'x', 'y'> = {
  name: 'transpose',
  inputs: ['x'],
  outputs: ['y'],
  split: 'panels',

  infer({ x }) {
    return { y: { shape: [x.shape[1], x.shape[0]], dtype: 'float32', gates: x.rowGates, rowGates: x.gates } }
  },

  gradient({ outputGradients: { y: dy }, emit }) {
    return { x: dy && emit(transpose, { x: dy }, {}).y }
  },
}

export const evaluateTranspose: Meaning<typeof transpose> = ({ x }, { y }) => {
  const [K, N] = x.shape
  for (let k = 0; k < K; k++) for (let n = 0; n < N; n++) y.data[n * K + k] = x.data[k * N + n]
}
