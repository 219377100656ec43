import { camelCase, type JsonObject, type KerasObject, kerasObject, snakeCase } from '../config/keras.ts'
import { loadable } from '../config/loadable.ts'
import { type Named, show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { BOTH, LOSS_NAMES, type LossName, longName, resolveLoss } from '../losses/resolve.ts'
import { rest } from '../losses/rest.ts'
import { chosenAccuracy } from './accuracy.ts'
import type { Metric } from './metric.ts'
import { metricName } from './names.ts'

/** Every class that `compile` and files may name; downloaded when training needs one. */
export const CLASSES: readonly string[] = (
  BOTH +
  'Accuracy BinaryAccuracy CategoricalAccuracy SparseCategoricalAccuracy TopKCategoricalAccuracy ' +
  'SparseTopKCategoricalAccuracy Precision Recall F1Score FBetaScore AUC TruePositives FalsePositives TrueNegatives ' +
  'FalseNegatives SensitivityAtSpecificity SpecificityAtSensitivity PrecisionAtRecall RecallAtPrecision IoU MeanIoU ' +
  'OneHotIoU OneHotMeanIoU BinaryIoU RootMeanSquaredError R2Score LogCoshError PearsonCorrelation ' +
  'ConcordanceCorrelation'
).split(' ')

/** 'accuracy' is not the class of that name but whichever fits the labels. */
const CHOSEN = ['accuracy', 'acc']
const byName = new Map(CLASSES.map((className) => [metricName(className), className]))
const NAMES = [...new Set([...CHOSEN, ...byName.keys(), ...LOSS_NAMES])]

/** A metric by its name: reported under the name it was given, in our spelling. Names of losses mean their mean. */
export type MetricName = 'acc' | Named<keyof typeof import('./index.ts')> | LossName
export type MetricLike = MetricName | Metric

export function resolveMetric(like: unknown, where: string): Metric {
  if (typeof like === 'string') {
    if (CHOSEN.includes(like)) return chosenAccuracy(like)
    const name = CLASSES.includes(like) ? metricName(like) : camelCase(like)
    const className = byName.get(name) ?? byName.get(longName(name))
    if (className) return metricOf({ className: null, name, config: {} }, className, {})
    if (LOSS_NAMES.includes(longName(name))) return lossMetric(name)
    throw new OptionError(`${where}: ${refusal(like)}`)
  }
  if (isMade(like) && like.className !== null && CLASSES.includes(like.className)) return like
  throw new OptionError(
    `${where}: expected the name of a metric, e.g. 'accuracy', or one made by metrics.…(); got ${show(like)}`,
  )
}

function isMade(like: unknown): like is Metric {
  const { name, emit, value, accumulator, load } = (like ?? {}) as Partial<Metric>
  return typeof name === 'string' && !!(emit ?? value ?? accumulator ?? load)
}

export function refusal(name: string): string {
  if (['mean', 'sum'].includes(name))
    return `the metric '${name}' is not supported: it takes values, not labels and predictions`
  return `there is no metric '${name}'.${suggest(name, NAMES)}`
}

/** As Keras writes it: what was given by name stays a name. */
export function serializeMetric({ className, name, config }: Metric): string | KerasObject {
  return className === null ? snakeCase(name) : kerasObject('keras.metrics', className, config)
}

/** Empty until it is loaded; reported under its own name even so. */
export function metricOf(told: Told, className: string, options: JsonObject): Metric {
  return loadable<Metric>(told, async () => {
    await rest.load()
    const made = rest.module.METRIC_CLASSES.get(className)?.(options as never)
    return { ...made, ...(told.className === null ? told : {}) }
  })
}

type Told = Pick<Metric, 'className' | 'name' | 'config'>

function lossMetric(name: string): Metric {
  const loss = resolveLoss(name, 'metrics')
  const { load } = loss
  return {
    className: null,
    name,
    config: {},
    load,
    emit: (builder, predictions, labels) => loss.emit(builder, predictions, labels),
  }
}
