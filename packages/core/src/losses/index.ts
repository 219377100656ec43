import {
  camelCase,
  camelKeys,
  functionName,
  type Json,
  type KerasObject,
  kerasObject,
  lowerFirst,
  readKerasObject,
} from '../config/keras.ts'
import { boolean, checkOptions, show, suggest } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { binaryCrossEntropy } from '../ops/losses/binaryCrossEntropy.ts'
import { categoricalCrossEntropy } from '../ops/losses/categoricalCrossEntropy.ts'
import { meanAbsoluteError as meanAbsoluteErrorOp } from '../ops/losses/meanAbsoluteError.ts'
import { meanSquaredError as meanSquaredErrorOp } from '../ops/losses/meanSquaredError.ts'
import { sigmoidCrossEntropy } from '../ops/losses/sigmoidCrossEntropy.ts'
import { softmaxCrossEntropy } from '../ops/losses/softmaxCrossEntropy.ts'
import { columns } from '../ops/shapes.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Labels } from './labels.ts'
import type { Loss } from './loss.ts'

export type { Loss } from './loss.ts'

export interface CrossentropyOptions {
  /** Predictions are logits rather than probabilities. Default false. */
  fromLogits?: boolean
}

const REDUCTION = { reduction: 'sum_over_batch_size' } as const

/** −Σ y log p, for one-hot labels or distributions. Right after a softmax it is computed from the logits, unclipped. */
export function categoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = readFromLogits('losses.categoricalCrossentropy', options, {
    labelSmoothing: 0,
    axis: -1,
    ...REDUCTION,
  })
  return {
    reduction: REDUCTION.reduction,
    className: 'CategoricalCrossentropy',
    labels: 'values',
    labelsAreDistributions: true,
    config: {
      name: 'categorical_crossentropy',
      ...REDUCTION,
      from_logits: fromLogits,
      label_smoothing: 0,
      axis: -1,
    },
    emit: (builder, predictions, labels) =>
      emitCategorical(builder, predictions, labels, { fromLogits, clipFirst: false }),
  }
}

/** −log p of the right class, for integer labels. */
export function sparseCategoricalCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = readFromLogits('losses.sparseCategoricalCrossentropy', options, {
    ignoreClass: null,
    axis: -1,
    ...REDUCTION,
  })
  return {
    reduction: REDUCTION.reduction,
    className: 'SparseCategoricalCrossentropy',
    labels: 'classes',
    config: {
      name: 'sparse_categorical_crossentropy',
      ...REDUCTION,
      from_logits: fromLogits,
      ignore_class: null,
    },
    emit: (builder, predictions, labels) =>
      emitCategorical(builder, predictions, labels, { fromLogits, clipFirst: true }),
  }
}

/** −y log p − (1 − y) log(1 − p), mean over the last axis. Right after a sigmoid it is computed from the logits. */
export function binaryCrossentropy(options: CrossentropyOptions = {}): Loss {
  const fromLogits = readFromLogits('losses.binaryCrossentropy', options, {
    labelSmoothing: 0,
    axis: -1,
    ...REDUCTION,
  })
  return {
    reduction: REDUCTION.reduction,
    className: 'BinaryCrossentropy',
    labels: 'values',
    labelsAreProbabilities: true,
    config: {
      name: 'binary_crossentropy',
      ...REDUCTION,
      from_logits: fromLogits,
      label_smoothing: 0,
      axis: -1,
    },
    emit: (builder, predictions, labels) => {
      const target = labels.values(builder, columns(predictions))
      const logits = fromLogits ? predictions : before(builder, predictions, 'sigmoid')
      if (logits) return builder.emit(sigmoidCrossEntropy, { logits, labels: target }, {}).loss
      return builder.emit(binaryCrossEntropy, { probabilities: predictions, labels: target }, {}).loss
    },
  }
}

/** (p − y)², mean over the last axis. */
export function meanSquaredError(options: object = {}): Loss {
  checkOptions({ where: 'losses.meanSquaredError', options: {}, notYet: REDUCTION }, options)
  return {
    reduction: REDUCTION.reduction,
    className: 'MeanSquaredError',
    labels: 'values',
    config: { name: 'mean_squared_error', ...REDUCTION },
    emit: (builder, predictions, labels) =>
      builder.emit(
        meanSquaredErrorOp,
        { predictions, labels: labels.values(builder, columns(predictions)) },
        {},
      ).loss,
  }
}

/** |p − y|, mean over the last axis. */
export function meanAbsoluteError(options: object = {}): Loss {
  checkOptions({ where: 'losses.meanAbsoluteError', options: {}, notYet: REDUCTION }, options)
  return {
    reduction: REDUCTION.reduction,
    className: 'MeanAbsoluteError',
    labels: 'values',
    config: { name: 'mean_absolute_error', ...REDUCTION },
    emit: (builder, predictions, labels) =>
      builder.emit(
        meanAbsoluteErrorOp,
        { predictions, labels: labels.values(builder, columns(predictions)) },
        {},
      ).loss,
  }
}

const BY_NAME = {
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  meanAbsoluteError,
} as const
const SHORT_NAMES = { mse: 'meanSquaredError', mae: 'meanAbsoluteError' } as const

export type LossName = keyof typeof BY_NAME | keyof typeof SHORT_NAMES
export type LossLike = LossName | Loss

/** The name of a loss, long. */
function longLossName(name: string): string {
  return Object.hasOwn(SHORT_NAMES, name) ? SHORT_NAMES[name as keyof typeof SHORT_NAMES] : name
}

export function resolveLoss(like: unknown, where: string): Loss {
  if (typeof like === 'string') {
    const name = longLossName(like)
    if (Object.hasOwn(BY_NAME, name)) return BY_NAME[name as keyof typeof BY_NAME]()
    throw new OptionError(`${where}: there is no loss '${like}'.${suggest(like, LOSS_NAMES)}`)
  }
  // of a class that files can name
  if (isMade(like) && Object.hasOwn(BY_NAME, lowerFirst(like.className))) return like
  throw new OptionError(`${where}: expected the name of a loss, or one made by losses.…(); got ${show(like)}`)
}

function isMade(like: unknown): like is Loss {
  return typeof like === 'object' && like !== null && typeof (like as Loss).emit === 'function'
}

export const LOSS_NAMES: readonly string[] = [...Object.keys(BY_NAME), ...Object.keys(SHORT_NAMES)]

export function serializeLoss({ className, config }: Loss): KerasObject {
  return kerasObject('keras.losses', className, config)
}

/** From Keras's JSON: an object, or a name in snake case, or a class's. */
export function deserializeLoss(json: Json): Loss {
  const given = typeof json === 'string' ? json : functionName(json)
  if (given !== null) return resolveLoss(lowerFirst(camelCase(given)), 'loss')
  const { className, config } = readKerasObject('loss', json)
  const name = lowerFirst(className)
  if (!Object.hasOwn(BY_NAME, name))
    throw new OptionError(`loss '${className}' is not supported. There are: ${LOSS_NAMES.join(', ')}.`)
  const { name: _, ...options } = camelKeys(config)
  return (BY_NAME[name as keyof typeof BY_NAME] as (options: object) => Loss)(options)
}

function readFromLogits(
  where: string,
  options: CrossentropyOptions,
  notYet: Record<string, unknown>,
): boolean {
  checkOptions({ where, options: { fromLogits: boolean }, notYet }, options)
  return options.fromLogits ?? false
}

interface CategoricalForm {
  readonly fromLogits: boolean
  /** Are probabilities clipped before they are made to add up to 1, or after? */
  readonly clipFirst: boolean
}

function emitCategorical(
  builder: Builder,
  predictions: Value,
  labels: Labels,
  { fromLogits, clipFirst }: CategoricalForm,
): Value {
  const target = labels.values(builder, columns(predictions))
  const logits = fromLogits ? predictions : before(builder, predictions, 'softmax')
  if (logits) return builder.emit(softmaxCrossEntropy, { logits, labels: target }, {}).loss
  return builder.emit(categoricalCrossEntropy, { probabilities: predictions, labels: target }, { clipFirst })
    .loss
}

/** What went into the softmax or sigmoid that made these predictions; null if none did. */
function before(builder: Builder, predictions: Value, kind: 'softmax' | 'sigmoid'): Value | null {
  const producer = builder.producer(predictions)
  const found =
    producer && (producer.op === kind || (producer.op === 'activation' && producer.attributes.kind === kind))
  return found ? builder.values[producer.inputs.x] : null
}
