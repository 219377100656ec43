import type { Attributes, Value, ValueType } from '../../program/program.ts'
import type { Op } from '../op.ts'
import { onePerStep, requireSameShape } from '../shapes.ts'

interface LossSpec<I extends string> {
  readonly name: string
  /** What is compared with the labels. */
  readonly operand: I
}

type GradientOf<I extends string> = `d${Capitalize<I>}`

/**
 * What all losses have in common: x [B, …, N] and labels of the same shape → loss [B, …, 1], and its gradient:
 * x, labels, dLoss [B, …, 1] → dx. No gradient flows back to the labels.
 */
export function lossOperations<I extends string, A extends Attributes = Attributes>({
  name,
  operand,
}: LossSpec<I>): readonly [Op<I | 'labels', 'loss', A>, Op<I | 'labels' | 'dLoss', GradientOf<I>, A>] {
  const dOperand = `d${operand[0].toUpperCase()}${operand.slice(1)}` as GradientOf<I>

  const gradient: Op<I | 'labels' | 'dLoss', GradientOf<I>, A> = {
    name: `${name}Gradient`,
    inputs: [operand, 'labels', 'dLoss'],
    outputs: [dOperand],
    split: 'rows',

    infer({ [operand]: { shape } }) {
      return only<GradientOf<I>, ValueType>(dOperand, { shape, dtype: 'float32' })
    },
  }

  const loss: Op<I | 'labels', 'loss', A> = {
    name,
    inputs: [operand, 'labels'],
    outputs: ['loss'],
    split: 'rows',

    infer({ [operand]: x, labels }) {
      requireSameShape(name, x, labels)
      return { loss: onePerStep(x) }
    },

    gradient({ inputs, attributes, outputGradients: { loss: dLoss }, emit }) {
      const { [dOperand]: dx } = emit(gradient, { ...inputs, dLoss }, attributes)
      return only<I | 'labels', Value>(operand, dx)
    },
  }

  return [loss, gradient]
}

function only<K extends string, V>(key: K, value: V): Partial<Record<K, V>> {
  return { [key]: value } as Partial<Record<K, V>>
}
