import { type Check, orNull, positiveInteger } from '../config/options.ts'
import { Confusion, type Counts, LOWEST } from './confusion.ts'
import { defineMetric, ratio } from './define.ts'
import type { Metric } from './metric.ts'

// Figures made of right and wrong answers at thresholds.

export interface ThresholdOptions {
  /** What is above counts as positive; with a list, the figure has one entry for each. Default 0.5. */
  thresholds?: number | readonly number[] | null
}

export interface PrecisionOptions extends ThresholdOptions {
  /** Only the k largest predictions of a row count as positive, of equals the first; without a threshold then. */
  topK?: number | null
  /** This column alone; default null: all columns together. */
  classId?: number | null
}

export const isShare: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= 1 ? null : 'a number from 0 to 1'
const areShares: Check = (value) =>
  (Array.isArray(value) ? value.length > 0 && !value.some(isShare) : !isShare(value))
    ? null
    : 'a number from 0 to 1, or a list of such'
const isColumn: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a column, counted from 0'

/** Are there as many columns as the options speak of? */
function checkColumns(classId: number | null, topK: number | null = null): Metric['check'] {
  return (_axes, N) => {
    if (classId !== null && classId >= N) return `more than ${classId} outputs, since classId is ${classId}`
    return topK !== null && topK > N ? `at least ${topK} outputs, since topK is ${topK}` : null
  }
}

const listOf = (thresholds: ThresholdOptions['thresholds'], without = 0.5): readonly number[] =>
  typeof thresholds === 'number' ? [thresholds] : (thresholds ?? [without])

/** A figure for each threshold: a number where there is one. */
function atThresholds(
  { thresholds, topK = null, classId = null }: PrecisionOptions,
  figure: (counts: Counts, i: number) => number,
): Pick<Metric, 'accumulator' | 'check'> {
  return {
    check: checkColumns(classId, topK),
    accumulator: (N) => {
      const list = listOf(thresholds, topK === null ? 0.5 : LOWEST)
      const confusion = new Confusion(N, { thresholds: list, topK, classId })
      return Object.assign(confusion, {
        result: () => {
          const counts = confusion.counts()
          const figures = list.map((_, i) => figure(counts, i))
          return figures.length === 1 ? figures[0] : figures
        },
      })
    },
  }
}

const count = (className: string, which: keyof Counts) =>
  defineMetric<ThresholdOptions>({
    className,
    checks: { thresholds: orNull(areShares) },
    defaults: { thresholds: null },
    make: (options) => atThresholds(options, (counts, i) => counts[which][i]),
  })

/** So many predictions above the threshold whose label is positive. */
export const truePositives = count('TruePositives', 'tp')
/** So many predictions above the threshold whose label is 0. */
export const falsePositives = count('FalsePositives', 'fp')
/** So many predictions not above the threshold whose label is 0. */
export const trueNegatives = count('TrueNegatives', 'tn')
/** So many predictions not above the threshold whose label is positive. */
export const falseNegatives = count('FalseNegatives', 'fn')

const share = (className: string, other: 'fp' | 'fn') =>
  defineMetric<PrecisionOptions>({
    className,
    checks: { thresholds: orNull(areShares), topK: orNull(positiveInteger), classId: orNull(isColumn) },
    defaults: { thresholds: null, topK: null, classId: null },
    make: (options) =>
      atThresholds(options, (counts, i) => ratio(counts.tp[i], counts.tp[i] + counts[other][i])),
  })

/** Share of positive labels among the predictions above the threshold. */
export const precision = share('Precision', 'fp')
/** Share of the positive labels whose prediction is above the threshold. */
export const recall = share('Recall', 'fn')

// ---- the best of one while another is good enough

interface AtOptions {
  /** So many thresholds, evenly from 0 to 1. Default 200. */
  numThresholds?: number
  classId?: number | null
}

type Share = (counts: Counts, i: number) => number
const precisionOf: Share = ({ tp, fp }, i) => ratio(tp[i], tp[i] + fp[i])
const recallOf: Share = ({ tp, fn }, i) => ratio(tp[i], tp[i] + fn[i])
const specificityOf: Share = ({ tn, fp }, i) => ratio(tn[i], tn[i] + fp[i])

function bestAt<K extends string>(className: string, key: K, constrained: Share, wanted: Share) {
  type Options = AtOptions & { [key in K]: number }
  return defineMetric<Options>({
    className,
    checks: { numThresholds: positiveInteger, classId: orNull(isColumn), [key]: isShare } as {
      [key in keyof Options]-?: Check
    },
    defaults: { classId: null, numThresholds: 200 } as unknown as { [key in keyof Options]?: never },
    make: (options) => {
      const {
        numThresholds: n,
        classId,
        [key as string]: least,
      } = options as Required<AtOptions> & Record<string, number>
      const thresholds = n === 1 ? [0.5] : evenThresholds(n)
      return {
        check: checkColumns(classId),
        accumulator: (N) => {
          const confusion = new Confusion(N, { thresholds, classId, areEven: n > 1 })
          return Object.assign(confusion, {
            result: () => {
              const counts = confusion.counts()
              return thresholds.reduce(
                (best, _, i) =>
                  constrained(counts, i) >= Math.fround(least) ? Math.max(best, wanted(counts, i)) : best,
                0,
              )
            },
          })
        },
      }
    },
  })
}

/** n thresholds from 0 to 1. */
export function evenThresholds(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i / (n - 1))
}

/** The largest recall at a threshold whose specificity is at least so much. */
export const sensitivityAtSpecificity = bestAt(
  'SensitivityAtSpecificity',
  'specificity',
  specificityOf,
  recallOf,
)
/** The largest specificity at a threshold whose recall is at least so much. */
export const specificityAtSensitivity = bestAt(
  'SpecificityAtSensitivity',
  'sensitivity',
  recallOf,
  specificityOf,
)
/** The largest precision at a threshold whose recall is at least so much. */
export const precisionAtRecall = bestAt('PrecisionAtRecall', 'recall', recallOf, precisionOf)
/** The largest recall at a threshold whose precision is at least so much. */
export const recallAtPrecision = bestAt('RecallAtPrecision', 'precision', precisionOf, recallOf)
