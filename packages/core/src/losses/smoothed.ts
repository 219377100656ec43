import { scale } from '../ops/scale.ts'
import type { Value } from '../program/program.ts'
import type { LossContext } from './define.ts'

/** Labels moved a share of the way to `middle`: y · (1 − share) + share · middle. */
export function smoothed({ builder, y }: LossContext, share: number, middle: number): Value {
  return share === 0 ? y : builder.emit(scale, { x: y }, { factor: 1 - share, offset: share * middle }).y
}
