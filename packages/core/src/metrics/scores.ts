import { type Check, oneOf, orNull, positive, type Spelled } from '../config/options.ts'
import { defineMetric, noSteps, ratio } from './define.ts'
import type { Metric } from './metric.ts'

/** Keras's `epsilon()`. */
const EPSILON = 1e-7

export interface F1ScoreOptions {
  /** One score from all classes together ('micro'), their mean ('macro'), or weighted by labels; null: a score each. */
  average?: 'micro' | 'macro' | 'weighted' | null
  /** What is above counts as predicted. Default null: the largest prediction of a row does, equals alike. */
  threshold?: number | null
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much more recall counts than precision. Default 1. */
  beta?: number
}

const isThreshold: Check = (value) =>
  typeof value === 'number' && value > 0 && value <= 1 ? null : 'a number above 0 and up to 1'
const checks = { average: orNull(oneOf(['micro', 'macro', 'weighted'])), threshold: orNull(isThreshold) }

/** The harmonic mean of precision and recall: (1 + β²) · P · R / (β² P + R). */
export const fBetaScore = defineMetric<FBetaScoreOptions>({
  className: 'FBetaScore',
  keras: 'fbeta_score',
  floats: ['beta'],
  checks: { average: checks.average, beta: positive, threshold: checks.threshold },
  defaults: { average: null, beta: 1, threshold: null },
  make: scores,
})

/** The harmonic mean of precision and recall. */
export const f1Score = defineMetric<F1ScoreOptions>({
  className: 'F1Score',
  keras: 'f1_score',
  checks,
  defaults: { average: null, threshold: null },
  make: (options) => scores({ ...options, beta: 1 }),
})

function scores({
  average,
  beta,
  threshold,
}: Required<FBetaScoreOptions>): Pick<Metric, 'check' | 'accumulator'> {
  return {
    check: noSteps,
    accumulator: (N) => {
      const classes = average === 'micro' ? 1 : N
      // of every class: right, wrongly predicted, missed, labelled
      const sums = new Float64Array(4 * classes)
      return {
        sums,
        update(labels, predictions, weights, entries) {
          for (let entry = 0; entry < entries; entry++) {
            const weight = weights ? weights[entry] : 1
            const from = entry * N
            let largest = Number.NEGATIVE_INFINITY
            for (let i = from; i < from + N; i++) largest = Math.max(largest, predictions[i])
            for (let n = 0; n < N; n++) {
              const p = predictions[from + n]
              const y = labels[from + n]
              const isPredicted =
                threshold === null ? p >= largest && Math.abs(p) > 1e-9 : p > Math.fround(threshold)
              const at = classes === 1 ? 0 : 4 * n
              sums[at + (isPredicted ? 0 : 2)] += weight * y
              if (isPredicted) sums[at + 1] += weight * (1 - y)
              sums[at + 3] += weight * y
            }
          }
        },
        result() {
          const each = Array.from({ length: classes }, (_, n) => score(sums.subarray(4 * n, 4 * n + 4), beta))
          if (average === null) return each
          const shares = each.map((_, n) => (average === 'weighted' ? sums[4 * n + 3] : 1))
          const all = shares.reduce((a, b) => a + b, 0) + (average === 'weighted' ? EPSILON : 0)
          return ratio(
            each.reduce((sum, value, n) => sum + value * shares[n], 0),
            all,
          )
        },
      }
    },
  }
}

function score([right, invented, missed]: Float64Array, beta: number): number {
  const precision = right / (right + invented + EPSILON)
  const recall = right / (right + missed + EPSILON)
  return ((precision * recall) / (beta ** 2 * precision + recall + EPSILON)) * (1 + beta ** 2)
}

const AGGREGATIONS = ['uniform_average', 'variance_weighted_average'] as const

export interface R2ScoreOptions {
  /** The mean of all outputs' scores, weighted by their variance or not; null: a score each. Default 'uniform_average'. */
  classAggregation?: Spelled<(typeof AGGREGATIONS)[number]> | null
  /** So many independent variables, for the adjusted score. Default 0: not adjusted. */
  numRegressors?: number
}

const isCount: Check = (value) =>
  Number.isSafeInteger(value) && Number(value) >= 0 ? null : 'a whole number of at least 0'

/** R² = 1 − Σ (y − p)² / Σ (y − ȳ)²: the share of the labels' variance that predictions explain. */
export const r2Score = defineMetric<R2ScoreOptions>({
  className: 'R2Score',
  keras: 'r2_score',
  checks: {
    classAggregation: orNull(oneOf(AGGREGATIONS)),
    numRegressors: isCount,
  },
  defaults: { classAggregation: 'uniform_average', numRegressors: 0 },
  make: ({ classAggregation, numRegressors }) => ({
    check: noSteps,
    accumulator: (N) => {
      // of every output Σ y, Σ y², Σ (y − p)² and the weights; in the end the entries
      const sums = new Float64Array(4 * N + 1)
      return {
        sums,
        update(labels, predictions, weights, entries) {
          for (let i = 0; i < entries * N; i++) {
            const weight = weights ? weights[Math.floor(i / N)] : 1
            const at = 4 * (i % N)
            const y = labels[i]
            sums[at] += weight * y
            sums[at + 1] += weight * y * y
            sums[at + 2] += weight * (y - predictions[i]) ** 2
            sums[at + 3] += weight
          }
          sums[4 * N] += entries * N
        },
        result() {
          const columns = Array.from({ length: N }, (_, n) => explained(sums.subarray(4 * n, 4 * n + 4)))
          const adjust = (score: number) => adjusted(score, sums[4 * N], numRegressors)
          if (classAggregation === null) return columns.map(({ score }) => adjust(score))
          const shares = columns.map(({ variation }) =>
            classAggregation === 'uniform_average' ? 1 : variation,
          )
          const sum = columns.reduce((total, { score }, n) => total + shares[n] * score, 0)
          return adjust(sum / shares.reduce((a, b) => a + b, 0))
        },
      }
    },
  }),
})

function explained([sum, squares, residual, weight]: Float64Array): { score: number; variation: number } {
  const variation = squares - (sum * sum) / weight
  const score = 1 - residual / variation
  return { variation, score: Math.abs(score) === Number.POSITIVE_INFINITY ? 0 : score }
}

/** Keras counts the entries of all outputs as samples. */
function adjusted(score: number, samples: number, regressors: number): number {
  if (regressors === 0 || regressors >= samples - 1) return score
  return 1 - ((1 - score) * (samples - 1)) / (samples - regressors - 1)
}
