import { sizeOf } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'

interface ConstantAttributes extends Record<string, readonly number[]> {
  readonly shape: readonly number[]
  /** In order; float32 numbers. */
  readonly values: readonly number[]
}

/** y = these numbers, shaped like a parameter. */
export const constant: Op<never, 'y', ConstantAttributes> = {
  name: 'constant',
  inputs: [],
  outputs: ['y'],
  split: 'alone',

  infer(_, { shape, values }) {
    if (sizeOf(shape) !== values.length)
      throw new Error(`operation 'constant': [${shape}] needs ${sizeOf(shape)} numbers; got ${values.length}`)
    return { y: { shape, dtype: 'float32' } }
  },
}

export const evaluateConstant: Meaning<typeof constant> = (_, { y }, { values }) => {
  y.data.set(values.map(Math.fround))
}
