import type { Value } from '../program/program.ts'
import { type Composition, composeLoss } from './compose.ts'

/** max(1 − y · p, 0), where labels 0 mean −1. Keras leaves zeros be in a batch that has labels beside 0 and 1. */
function margin({ y, p, subtract, compare, multiply, scale, relu }: Composition): Value {
  const signs = subtract(y, compare('equal', y, 0))
  return relu(scale(multiply(signs, p), -1, 1))
}

/** max(1 − y · p, 0), mean over the last axis; labels −1 and 1, or 0 and 1. */
export const hinge = composeLoss({
  className: 'Hinge',
  emit: (context) => context.mean(margin(context), context.last),
})

/** max(1 − y · p, 0)², mean over the last axis; labels −1 and 1, or 0 and 1. */
export const squaredHinge = composeLoss({
  className: 'SquaredHinge',
  emit: (context) => context.mean(context.square(margin(context)), context.last),
})

/** max(max((1 − y) · p) − Σ y · p + 1, 0) over the last axis, for one-hot labels. */
export const categoricalHinge = composeLoss({
  className: 'CategoricalHinge',
  emit: ({ y, p, last, sum, max, multiply, scale, subtract, relu }) => {
    const right = sum(multiply(y, p), last)
    const wrong = max(multiply(scale(y, -1, 1), p), last)
    return relu(scale(subtract(wrong, right), 1, 1))
  },
})
