import { type Expressions, expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import { defineLoss, type LossContext, type LossDefinition, type LossOptions } from './define.ts'
import type { Loss } from './loss.ts'

/** Where a loss is composed of the general operations. */
export type Composition = LossContext & Expressions

interface ComposedLoss<O extends object> extends Omit<LossDefinition<O>, 'emit'> {
  /** The loss of every row and step, [B, …, 1]. */
  emit(context: Composition, options: Required<O>): Value
}

/** Makes the function of `losses` for a loss without an operation of its own. */
export function composeLoss<O extends object = object>(
  definition: ComposedLoss<O>,
): (options?: O & LossOptions) => Loss {
  return defineLoss<O>({
    ...definition,
    emit: (context, options) =>
      definition.emit({ ...expressions(context.builder.emit), ...context }, options),
  })
}

/** Keras's `epsilon()`, and the range that it keeps probabilities within: float32 numbers on every engine. */
export const EPSILON = Math.fround(1e-7)
const HIGHEST = Math.fround(1 - 1e-7)

/** Keeps values between epsilon and 1, or 1 − epsilon. */
export function clip({ minimum, maximum }: Expressions, x: Value, highest = HIGHEST): Value {
  return minimum(maximum(x, EPSILON), highest)
}
