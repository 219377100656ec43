import { scale } from '../ops/scale.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { LossContext } from './define.ts'

/** What went into the softmax or sigmoid that made these predictions; null if none did. */
export function before(builder: Builder, predictions: Value, kind: 'softmax' | 'sigmoid'): Value | null {
  const producer = builder.producer(predictions)
  const found =
    producer && (producer.op === kind || (producer.op === 'activation' && producer.attributes.kind === kind))
  return found ? builder.values[producer.inputs.x] : null
}

/** Labels moved a share of the way to `middle`: y · (1 − share) + share · middle. */
export function smoothed({ builder, y }: LossContext, share: number, middle: number): Value {
  return share === 0 ? y : builder.emit(scale, { x: y }, { factor: 1 - share, offset: share * middle }).y
}
