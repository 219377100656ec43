import { boolean, type Check, oneOf, orNull, positiveInteger } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import { log } from '../math/elementary.ts'
import { exp } from '../math/exp.ts'
import { areEven, Confusion, type Counts } from './confusion.ts'
import { defineMetric, ratio } from './define.ts'
import { evenThresholds, isShare } from './thresholds.ts'

export interface AucOptions {
  /** So many thresholds, evenly from 0 to 1. Default 200. */
  numThresholds?: number
  /** Recall over false positives (ROC, the default), precision over recall, or both as gains (Flach & Kull 2015). */
  curve?: 'ROC' | 'PR' | 'PRGAIN'
  /** Height between two points: their mean, the higher or the lower. Default 'interpolation'. */
  summationMethod?: 'interpolation' | 'majoring' | 'minoring'
  /** These thresholds between 0 and 1, instead of even ones. */
  thresholds?: readonly number[] | null
  /** An area for every column, and their mean. Default false: all columns together. */
  multiLabel?: boolean
  /** So many columns, with multiLabel; checked. */
  numLabels?: number | null
  /** Weight of every column. */
  labelWeights?: readonly number[] | null
  /** Predictions are logits rather than probabilities. Default false. */
  fromLogits?: boolean
}

const EPSILON = 1e-7
const areWeights: Check = (value) =>
  Array.isArray(value) && value.every((weight) => Number.isFinite(weight) && weight >= 0)
    ? null
    : 'a list of numbers of at least 0'
const areInside: Check = (value) =>
  Array.isArray(value) && !value.some(isShare) ? null : 'a list of numbers from 0 to 1'
const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) > 1 ? null : 'a whole number greater than 1'

/** The area under a curve, as a sum over thresholds. */
export const auc = defineMetric<AucOptions>({
  className: 'AUC',
  keras: 'auc',
  checks: {
    numThresholds: isCount,
    curve: oneOf(['ROC', 'PR', 'PRGAIN']),
    summationMethod: oneOf(['interpolation', 'majoring', 'minoring']),
    thresholds: orNull(areInside),
    multiLabel: boolean,
    numLabels: orNull(positiveInteger),
    labelWeights: orNull(areWeights),
    fromLogits: boolean,
  },
  defaults: {
    numThresholds: 200,
    curve: 'ROC',
    summationMethod: 'interpolation',
    multiLabel: false,
    numLabels: null,
    labelWeights: null,
    fromLogits: false,
    thresholds: null,
  },
  forgotten: ['thresholds'],
  make: (options, where) => {
    const { thresholds: given, multiLabel, numLabels, labelWeights, fromLogits, numThresholds } = options
    if (numLabels && !multiLabel) throw new OptionError(`${where}: numLabels goes with multiLabel: true`)
    const plain = given ? [0, ...given.toSorted((a, b) => a - b), 1] : evenThresholds(numThresholds)
    const thresholds = [-EPSILON, ...plain.slice(1, -1), 1 + EPSILON]
    return {
      check: (axes, N) => {
        if (multiLabel && axes !== 2) return 'predictions of the shape [samples, labels], with multiLabel'
        const columns = numLabels ?? labelWeights?.length ?? N
        return columns === N ? null : `${columns} outputs, as numLabels or labelWeights tell`
      },
      accumulator: (N) => {
        const confusion = new Confusion(N, {
          thresholds,
          areEven: given ? areEven(plain) : true,
          columns: multiLabel ? N : 1,
          labelWeights,
          transform: fromLogits ? (x) => 1 / (1 + exp(-x)) : undefined,
        })
        return Object.assign(confusion, {
          result: () => {
            if (!multiLabel) return areaOf(confusion.counts(), options)
            let sum = 0
            let weight = 0
            for (let n = 0; n < N; n++) {
              const share = labelWeights ? labelWeights[n] : 1
              sum += share * areaOf(confusion.counts(n), options)
              weight += share
            }
            return ratio(sum, weight)
          },
        })
      },
    }
  },
})

function areaOf(counts: Counts, { curve, summationMethod }: Required<AucOptions>): number {
  if (curve === 'PR' && summationMethod === 'interpolation') return interpolatedArea(counts)
  const [x, y] = CURVES[curve](counts)
  const height = HEIGHTS[summationMethod]
  let area = 0
  for (let i = 0; i + 1 < x.length; i++) area += (x[i] - x[i + 1]) * height(y[i], y[i + 1])
  return area
}

const HEIGHTS = {
  interpolation: (a: number, b: number) => (a + b) / 2,
  majoring: Math.max,
  minoring: Math.min,
}

const recall = ({ tp, fn }: Counts) => tp.map((count, i) => ratio(count, count + fn[i]))

/** x and y of the points, one a threshold. */
const CURVES: Readonly<
  Record<Required<AucOptions>['curve'], (counts: Counts) => [Float64Array, Float64Array]>
> = {
  ROC: (counts) => [counts.fp.map((count, i) => ratio(count, count + counts.tn[i])), recall(counts)],
  PR: (counts) => [recall(counts), counts.tp.map((count, i) => ratio(count, count + counts.fp[i]))],
  PRGAIN: ({ tp, fp, tn, fn }) => {
    const odds = tp.map((count, i) => ratio(count + fn[i], tn[i] + fp[i]))
    const gain = (wrong: Float64Array, without: number) =>
      tp.map((count, i) => (count === 0 ? without : 1 - odds[i] * ratio(wrong[i], count)))
    return [gain(fn, 0).map((x) => Math.max(x, 0)), gain(fp, 1)]
  },
}

/** Davis & Goadrich 2006: between two points precision does not change linearly. */
function interpolatedArea({ tp, fp, fn }: Counts): number {
  let area = 0
  for (let i = 0; i + 1 < tp.length; i++) {
    const [p, next] = [tp[i] + fp[i], tp[i + 1] + fp[i + 1]]
    const slope = ratio(tp[i] - tp[i + 1], Math.max(p - next, 0))
    const intercept = tp[i + 1] - slope * next
    const relative = p > 0 && next > 0 ? p / next : 1
    const increment = slope * (tp[i] - tp[i + 1] + intercept * log(relative))
    area += ratio(increment, Math.max(tp[i + 1] + fn[i + 1], 0))
  }
  return area
}
