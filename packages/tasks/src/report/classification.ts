import { count, percent, spaced } from './format.ts'
import type { Metrics } from './outcome.ts'

/** Figures of classification, all told from how often each class was taken for each. */

/** `matrix[true class][predicted class]`: counts. */
export type Confusion = readonly (readonly number[])[]

/** From outputs [N, classes], of which the largest decides (the first of equal ones), and labels [N]. */
export function confusionMatrix(
  outputs: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  return confusionOf(likeliest(outputs, classes), labels, classes)
}

/** From predicted classes [N] and labels [N]. */
export function confusionOf(
  predicted: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (let n = 0; n < labels.length; n++) matrix[labels[n]][predicted[n]]++
  return matrix
}

/** The class of each row of outputs [N, classes]: the first of the largest. */
export function likeliest(outputs: ArrayLike<number>, classes: number): Int32Array {
  const found = new Int32Array(outputs.length / classes)
  for (let n = 0; n < found.length; n++) {
    for (let c = 1; c < classes; c++) {
      if (outputs[n * classes + c] > outputs[n * classes + found[n]]) found[n] = c
    }
  }
  return found
}

export type ClassificationMetrics = {
  /** The share of samples whose class was found. */
  accuracy: number
  /** The mean of the classes' F1, each class counting alike however rare; of those that occur or were predicted. */
  macroF1: number
}

export function classificationMetrics(matrix: Confusion): ClassificationMetrics {
  const total = matrix.flat().reduce((sum, value) => sum + value, 0)
  const right = matrix.reduce((sum, row, index) => sum + row[index], 0)
  const scores = classScores(matrix).filter(({ support, predicted }) => support + predicted > 0)
  const macroF1 = scores.reduce((sum, { f1 }) => sum + f1, 0) / scores.length
  return { accuracy: right / total, macroF1 }
}

/** Of one class; shares of nothing are 0. */
export interface ClassScore {
  /** The share of what was taken for the class that is of it. */
  precision: number
  /** The share of the class that was found. */
  recall: number
  /** The harmonic mean of the two. */
  f1: number
  /** Samples of the class. */
  support: number
  /** Samples taken for it. */
  predicted: number
}

export function classScores(matrix: Confusion): ClassScore[] {
  return matrix.map((row, index) => {
    const right = row[index]
    const support = row.reduce((sum, value) => sum + value, 0)
    const predicted = matrix.reduce((sum, other) => sum + other[index], 0)
    return {
      precision: right / (predicted || 1),
      recall: right / (support || 1),
      f1: (2 * right) / (support + predicted || 1),
      support,
      predicted,
    }
  })
}

/** The class that most of these are of: the baseline that looks at nothing. */
export function majorityOf(labels: ArrayLike<number>, classes: number): number {
  const counts = new Array<number>(classes).fill(0)
  for (let n = 0; n < labels.length; n++) counts[labels[n]]++
  return likeliest(counts, classes)[0]
}

/** A difference of shares in hundredths: between 75 % and 80 % lie 5.00. */
const points = (share: number): string => (100 * share).toFixed(2)

/**
 * What is to be said of the baselines: which the model does not beat, and by which figure, and of which its lead is less
 * than so many samples can tell.
 *
 * @param samples how many it was measured on
 * @param many what those are called
 * @param advice what helps
 */
export function baselineWarnings(
  { accuracy, macroF1 }: ClassificationMetrics,
  baselines: Readonly<Record<string, Metrics>>,
  { samples, many, advice }: { samples: number; many: string; advice: string },
): string[] {
  // of a share, as that of a binomial distribution
  const error = Math.sqrt((accuracy * (1 - accuracy)) / samples)
  return Object.entries(baselines).flatMap(([name, other]) => {
    const lead = accuracy - Number(other.accuracy)
    if (lead === 0 && macroF1 === Number(other.macroF1)) {
      return [`The baseline '${spaced(name)}' does as well, and costs nothing.`]
    }
    if (lead <= 0 || macroF1 <= Number(other.macroF1)) {
      const figure =
        lead <= 0
          ? `accuracy of ${percent(Number(other.accuracy))}`
          : `macro F1 of ${percent(Number(other.macroF1))}`
      return [
        `This model does not beat the baseline '${spaced(name)}', whose ${figure} costs nothing. ${advice}`,
      ]
    }
    if (lead >= error) return []
    return [
      `The lead over '${spaced(name)}' is ${points(lead)} points, less than ${count(samples)} ${many} can tell (standard error ${points(error)}).`,
    ]
  })
}
