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
import { binaryAccuracy } from '../ops/metrics/binaryAccuracy.ts'
import { categoricalAccuracy } from '../ops/metrics/categoricalAccuracy.ts'
import { columns } from '../ops/shapes.ts'
import type { Metric } from './metric.ts'

export type { Metric } from './metric.ts'

const ACCURACIES = [
  'accuracy',
  'acc',
  'binaryAccuracy',
  'categoricalAccuracy',
  'sparseCategoricalAccuracy',
] as const

/** Metrics are given by name, so that the model file can name them. */
export type MetricName = (typeof ACCURACIES)[number] | LossName

/** A name stands for the metric with its default options. */
export type MetricLike = MetricName | Metric

export function resolveMetric(like: unknown, where: string): Metric {
  if (typeof like === 'string') {
    if ((ACCURACIES as readonly string[]).includes(like)) return accuracy(like)
    if (LOSS_NAMES.includes(like)) return lossMetric(like)
    throw new OptionError(
      `${where}: there is no metric '${like}'.${suggest(like, [...ACCURACIES, ...LOSS_NAMES])}`,
    )
  }
  if (isMade(like)) return like
  throw new OptionError(`${where}: expected the name of a metric, e.g. 'accuracy'; got ${show(like)}`)
}

function isMade(like: unknown): like is Metric {
  const { emit, value, accumulator } = (like ?? {}) as Partial<Metric>
  return [emit, value, accumulator].some((part) => typeof part === 'function')
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
    className: null,
    name,
    config: {},
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
  return {
    className: null,
    name,
    config: {},
    emit: (builder, predictions, labels) => loss.emit(builder, predictions, labels),
  }
}
