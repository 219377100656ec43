import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'

/** What went into the softmax or sigmoid that made these predictions; null if none did. */
export function before(builder: Builder, predictions: Value, kind: 'softmax' | 'sigmoid'): Value | null {
  const producer = builder.producer(predictions)
  const found =
    producer && (producer.op === kind || (producer.op === 'activation' && producer.attributes.kind === kind))
  return found ? builder.values[producer.inputs.x] : null
}
