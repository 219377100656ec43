import type { Labels } from '../losses/labels.ts'
import { binaryAccuracy } from '../ops/metrics/binaryAccuracy.ts'
import { categoricalAccuracy } from '../ops/metrics/categoricalAccuracy.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Metric } from './metric.ts'

/**
 * Share of right answers, under the name it was given. 'accuracy' means binary, categorical or sparse, chosen as Keras
 * does: binary where there is one output, otherwise by the kind of the labels.
 */
export function chosenAccuracy(name: string): Metric {
  return {
    className: null,
    name,
    config: {},
    emit: (builder, predictions, labels) =>
      columns(predictions) === 1
        ? emitBinaryAccuracy(builder, predictions, labels, 0.5)
        : emitCategoricalAccuracy(builder, predictions, labels),
  }
}

export function emitBinaryAccuracy(
  builder: Builder,
  predictions: Value,
  labels: Labels,
  threshold: number,
): Value {
  const operands = { predictions, labels: labels.values(builder, columns(predictions)) }
  return builder.emit(binaryAccuracy, operands, { threshold }).value
}

export function emitCategoricalAccuracy(builder: Builder, predictions: Value, labels: Labels): Value {
  const operands = { predictions, labels: labels.values(builder, columns(predictions)) }
  return builder.emit(categoricalAccuracy, operands, {}).value
}
