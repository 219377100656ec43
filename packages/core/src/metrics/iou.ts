import { boolean, type Check, finite, orNull, positiveInteger } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { defineMetric } from './define.ts'
import type { Metric } from './metric.ts'
import { argmax } from './rows.ts'

export interface MeanIoUOptions {
  numClasses: number
  /** Labels of this class do not count. Default null. */
  ignoreClass?: number | null
  /** Labels are numbers of classes, rather than one-hot. Default true. */
  sparseYTrue?: boolean
  /** Predictions are numbers of classes, rather than a score for each. Default true. */
  sparseYPred?: boolean
  /** −1: classes lie along the last axis, the only one supported. */
  axis?: -1
}

export interface IoUOptions extends MeanIoUOptions {
  /** The mean over these classes. */
  targetClassIds: readonly number[]
}

export interface BinaryIoUOptions {
  /** The mean over these of the classes 0 and 1. Default both. */
  targetClassIds?: readonly number[]
  /** Predictions of at least so much are of class 1. Default 0.5. */
  threshold?: number
}

const axis: Check = (value) => (value === -1 ? null : '-1: classes lie along the last axis')
const whole: Check = (value) => (Number.isInteger(value) ? null : 'a whole number')
const ids: Check = (value) =>
  Array.isArray(value) && value.length > 0 && value.every((id) => Number.isInteger(id) && id >= 0)
    ? null
    : 'a list of classes'
const checks = {
  numClasses: positiveInteger,
  ignoreClass: orNull(whole),
  sparseYTrue: boolean,
  sparseYPred: boolean,
  axis,
}
const defaults = { ignoreClass: null, sparseYTrue: true, sparseYPred: true, axis: -1 }
const everyClass = (numClasses: number) => Array.from({ length: numClasses }, (_, id) => id)

/** What is both labelled and predicted as a class, of all that is either; the mean over the target classes. */
export const iou = defineMetric<IoUOptions>({
  className: 'IoU',
  keras: 'io_u',
  dtype: 'int64',
  checks: { ...checks, targetClassIds: ids },
  defaults,
  make: intersections,
})

/** The mean over all classes. */
export const meanIoU = defineMetric<MeanIoUOptions>({
  className: 'MeanIoU',
  keras: 'mean_io_u',
  dtype: 'int64',
  checks,
  defaults,
  make: (options, where) =>
    intersections({ ...options, targetClassIds: everyClass(options.numClasses) }, where),
})

const { sparseYTrue: _, ...oneHotChecks } = checks
const oneHotDefaults = { ignoreClass: null, sparseYPred: false, axis: -1 }

/** For one-hot labels. */
export const oneHotIoU = defineMetric<Omit<IoUOptions, 'sparseYTrue'>>({
  className: 'OneHotIoU',
  keras: 'one_hot_io_u',
  dtype: 'int64',
  checks: { ...oneHotChecks, targetClassIds: ids },
  defaults: oneHotDefaults,
  make: (options, where) => intersections({ ...options, sparseYTrue: false }, where),
})

/** For one-hot labels, the mean over all classes. */
export const oneHotMeanIoU = defineMetric<Omit<MeanIoUOptions, 'sparseYTrue'>>({
  className: 'OneHotMeanIoU',
  keras: 'one_hot_mean_io_u',
  dtype: 'int64',
  checks: oneHotChecks,
  defaults: oneHotDefaults,
  make: (options, where) =>
    intersections({ ...options, sparseYTrue: false, targetClassIds: everyClass(options.numClasses) }, where),
})

/** Of the classes 0 and 1, told by a threshold. */
export const binaryIoU = defineMetric<BinaryIoUOptions>({
  className: 'BinaryIoU',
  keras: 'binary_io_u',
  dtype: 'int64',
  checks: { targetClassIds: ids, threshold: finite },
  defaults: { targetClassIds: [0, 1], threshold: 0.5 },
  make: ({ targetClassIds, threshold }, where) => {
    const options = { numClasses: 2, targetClassIds, ...defaults, axis: -1 } as Required<IoUOptions>
    return intersections(options, where, (p) => (p >= Math.fround(threshold) ? 1 : 0))
  },
})

function intersections(
  { numClasses: C, targetClassIds, ignoreClass, sparseYTrue, sparseYPred }: Required<IoUOptions>,
  where: string,
  classOf: (prediction: number) => number = Math.trunc,
): Pick<Metric, 'accumulator'> {
  const outside = targetClassIds.find((id) => id >= C)
  if (outside !== undefined)
    throw new OptionError(`${where}: targetClassIds holds ${outside}; the classes are 0 to ${C - 1}`)
  if (!sparseYTrue && sparseYPred)
    throw new OptionError(
      `${where}: one-hot labels have a column for each class, so predictions must too: give sparseYPred: false`,
    )
  return {
    accumulator: (N) => {
      const sums = new Float64Array(C * C)
      const add = (label: number, prediction: number, weight: number) => {
        const isIn = (id: number) => id >= 0 && id < C
        if (isIn(label) && isIn(prediction) && label !== ignoreClass) sums[label * C + prediction] += weight
      }
      return {
        sums,
        update(labels, predictions, weights, entries) {
          for (let entry = 0; entry < entries; entry++) {
            // Keras counts in whole numbers
            const weight = weights ? Math.trunc(weights[entry]) : 1
            const from = entry * N
            if (!sparseYPred) add(argmax(labels, from, N), argmax(predictions, from, N), weight)
            else
              for (let i = from; i < from + N; i++)
                add(Math.trunc(labels[i]), classOf(predictions[i]), weight)
          }
        },
        result: () => meanOf(sums, C, targetClassIds),
      }
    },
  }
}

/** @param sums by label and prediction */
function meanOf(sums: Float64Array, C: number, targets: readonly number[]): number {
  let sum = 0
  let valid = 0
  for (const id of targets) {
    const both = sums[id * C + id]
    let either = -both
    for (let other = 0; other < C; other++) either += sums[id * C + other] + sums[other * C + id]
    if (either <= 1e-9) continue
    sum += both / (either + 1e-7)
    valid++
  }
  return sum / (valid + 1e-7)
}
