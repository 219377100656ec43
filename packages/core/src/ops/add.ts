import type { Meaning, Op } from './op.ts'

/** y = a + b, equal shapes. */
export const add: Op<'a' | 'b', 'y'> = {
  name: 'add',
  inputs: ['a', 'b'],
  outputs: ['y'],
  split: 'elements',

  infer({ a }) {
    return { y: { shape: a.shape, dtype: 'float32', gates: a.gates, rowGates: a.rowGates } }
  },

  gradient({ outputGradients: { y: dy } }) {
    return { a: dy, b: dy }
  },
}

export const evaluateAdd: Meaning<typeof add> = ({ a, b }, { y }) => {
  for (let i = 0; i < y.data.length; i++) y.data[i] = a.data[i] + b.data[i]
}
