import { formatType, type ValueType } from '../program/program.ts'
import type { Meaning, Op } from './op.ts'
import { columns } from './shapes.ts'

/** y = a ⊙ b. Shapes are equal, or b is [B, N] against a [B, …, N]: then each row's b serves all its steps (dropout). */
export const multiply: Op<'a' | 'b', 'y'> = {
  name: 'multiply',
  inputs: ['a', 'b'],
  outputs: ['y'],
  split: 'elements',
  inPlace: { y: 'a' },

  infer({ a, b }) {
    if (
      !equalShapes(a, b) &&
      !(b.shape.length === 2 && b.shape[0] === a.shape[0] && b.shape[1] === columns(a))
    ) {
      throw new Error(
        `operation 'multiply': b must be shaped like a, ${formatType(a)}, or like it without its steps; got ${formatType(b)}`,
      )
    }
    return { y: { shape: a.shape, dtype: 'float32', gates: a.gates, rowGates: a.rowGates } }
  },

  gradient({ inputs: { a, b }, outputGradients: { y: dy }, needs, emit }) {
    if (needs('b') && !equalShapes(a, b)) {
      throw new Error(
        `operation 'multiply': the gradient of a factor that is repeated over steps (${formatType(b)}) is not there yet`,
      )
    }
    return {
      a: needs('a') ? emit(multiply, { a: dy, b }, {}).y : undefined,
      b: needs('b') ? emit(multiply, { a: dy, b: a }, {}).y : undefined,
    }
  },
}

export const evaluateMultiply: Meaning<typeof multiply> = ({ a, b }, { y }) => {
  if (a.data.length === b.data.length) {
    y.data.set(a.data.map((value, i) => value * b.data[i]))
    return
  }
  const N = a.shape[a.shape.length - 1]
  const entriesPerRow = a.data.length / a.shape[0]
  for (let i = 0; i < y.data.length; i++) {
    y.data[i] = a.data[i] * b.data[Math.floor(i / entriesPerRow) * N + (i % N)]
  }
}

function equalShapes(a: ValueType, b: ValueType): boolean {
  return a.shape.length === b.shape.length && a.shape.every((dim, axis) => dim === b.shape[axis])
}
