import type { Expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import { composeLoss } from './compose.ts'
import { lastAxis } from './define.ts'

export interface CosineSimilarityOptions {
  /** −1: along the last axis, the only one supported. */
  axis?: -1
}

/** −Σ y · p over the last axis, both of length 1: from −1 (alike) to 1 (opposite); 0 where either is zero. */
export const cosineSimilarity = composeLoss<CosineSimilarityOptions>({
  className: 'CosineSimilarity',
  checks: { axis: lastAxis },
  defaults: { axis: -1 },
  forgotten: ['axis'],
  emit: (context) => {
    const { y, p, last, multiply, sum, negative } = context
    const direction = (x: Value) => multiply(x, inverseLength(context, x, last))
    return negative(sum(multiply(direction(y), direction(p)), last))
  },
})

/** 1 / ‖x‖, at most 1e7. */
function inverseLength(
  { square, sum, maximum, rsqrt }: Expressions,
  x: Value,
  last: readonly number[],
): Value {
  return rsqrt(maximum(sum(square(x), last, true), 1e-14))
}
