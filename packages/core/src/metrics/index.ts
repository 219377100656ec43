import {
  camelCase,
  functionName,
  type Json,
  lowerFirst,
  readKerasObject,
  snakeCase,
} from '../config/keras.ts'
import { show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { LOSS_NAMES, type LossName, resolveLoss } from '../losses/index.ts'
import type { Labels } from '../losses/labels.ts'
import { binaryAccuracy } from '../ops/metrics/binaryAccuracy.ts'
import { categoricalAccuracy } from '../ops/metrics/categoricalAccuracy.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'

/** A figure reported beside the loss: the mean over all rows and steps of what it emits. */
export interface Metric {
  /** Key in logs and history. */
  readonly name: string
  /** Appends the figure of every row and step: predictions [B, …, N] → [B, …, 1]. */
  emit(builder: Builder, predictions: Value, labels: Labels): Value
}

const ACCURACIES = [
  'accuracy',
  'acc',
  'binaryAccuracy',
  'categoricalAccuracy',
  'sparseCategoricalAccuracy',
] as const

/** Metrics are given by name, so that the model file can name them. */
export type MetricName = (typeof ACCURACIES)[number] | LossName

export function resolveMetric(like: unknown, where: string): Metric {
  if (typeof like === 'string') {
    if ((ACCURACIES as readonly string[]).includes(like)) return accuracy(like)
    if (LOSS_NAMES.includes(like)) return lossMetric(like)
    throw new OptionError(
      `${where}: there is no metric '${like}'.${suggest(like, [...ACCURACIES, ...LOSS_NAMES])}`,
    )
  }
  throw new OptionError(`${where}: expected the name of a metric, e.g. 'accuracy'; got ${show(like)}`)
}

/** Keras accepts a metric by its name. */
export function serializeMetric(metric: Metric): string {
  return snakeCase(metric.name)
}

export function deserializeMetric(json: Json): Metric {
  const given = typeof json === 'string' ? json : functionName(json)
  const name = given === null ? readKerasObject('metric', json).className : camelCase(given)
  return resolveMetric(lowerFirst(name), 'metrics')
}

/**
 * Share of right answers. 'accuracy' means binary, categorical or sparse, chosen as Keras does: binary where there is
 * one output, otherwise by the kind of the labels.
 */
function accuracy(name: string): Metric {
  return {
    name,
    emit: (builder, predictions, labels) => {
      const outputs = columns(predictions)
      const target = labels.values(builder, outputs)
      const binary = name === 'binaryAccuracy' || ((name === 'accuracy' || name === 'acc') && outputs === 1)
      if (binary)
        return builder.emit(binaryAccuracy, { predictions, labels: target }, { threshold: 0.5 }).value
      return builder.emit(categoricalAccuracy, { predictions, labels: target }, {}).value
    },
  }
}

function lossMetric(name: string): Metric {
  const loss = resolveLoss(name, 'metrics')
  return { name, emit: (builder, predictions, labels) => loss.emit(builder, predictions, labels) }
}
