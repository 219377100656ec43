import {
  baselineWarnings,
  type Confusion,
  classificationMetrics,
  classScores,
  confusionMatrix,
  confusionOf,
  likeliest,
} from './classification.ts'
import { count, percent, several } from './format.ts'
import type { Outcome, TableSection } from './outcome.ts'

/** What a model that tells classes answered, and what would have been right. N samples, C classes. */
export interface Answers {
  classes: readonly string[]
  /** [N, C]: probabilities. */
  outputs: Float32Array
  /** [N] */
  truth: Int32Array
}

/** How its report speaks of samples. */
export interface Words {
  unit: readonly [one: string, many: string]
  /** What a sample is when it was told right: 'put into the right class'. */
  right: string
  /** What helps where a baseline is not beaten. */
  advice: string
}

/**
 * How a classifier does: the same for every task that tells classes.
 *
 * @param baselines by name, the classes that they answer [N]
 */
export function outcomeOf(
  { classes, outputs, truth }: Answers,
  baselines: Readonly<Record<string, ArrayLike<number>>>,
  { unit, right, advice }: Words,
): Outcome {
  const samples = truth.length
  const matrix = confusionMatrix(outputs, truth, classes.length)
  const metrics = { ...classificationMetrics(matrix), loss: lossOf(outputs, truth, classes.length) }
  const figures = Object.fromEntries(
    Object.entries(baselines).map(([name, predicted]) => [
      name,
      classificationMetrics(confusionOf(predicted, truth, classes.length)),
    ]),
  )
  return {
    samples,
    metrics,
    baselines: figures,
    headline: `Test accuracy ${percent(metrics.accuracy)}: ${count(metrics.accuracy * samples)} of ${several(samples, ...unit)} ${right}`,
    warnings: baselineWarnings(metrics, figures, { samples, many: unit[1], advice }),
    sections: [{ kind: 'confusion', labels: classes, matrix }, classTable(matrix, classes, unit[1])],
  }
}

/** The mean of −log p of the true class, as Keras's categorical cross-entropy has it. */
function lossOf(outputs: Float32Array, truth: Int32Array, classes: number): number {
  const least = 1e-7
  const sum = truth.reduce(
    (total, label, n) => total - Math.log(Math.max(outputs[n * classes + label], least)),
    0,
  )
  return sum / truth.length
}

function classTable(matrix: Confusion, classes: readonly string[], many: string): TableSection {
  return {
    kind: 'table',
    title:
      'Each class: of what was taken for it, the share that is right; of what is of it, the share that was found',
    columns: ['class', 'precision', 'recall', 'F1', many],
    rows: classScores(matrix).map(({ precision, recall, f1, support }, index) => [
      classes[index],
      percent(precision, 1),
      percent(recall, 1),
      percent(f1, 1),
      count(support),
    ]),
  }
}

/**
 * The samples whose true class was thought least likely; no table where none was taken for another.
 *
 * @param column what names a sample: 'text', 'recording'
 * @param nameOf a sample by its number
 */
export function mostWrong(
  { classes, outputs, truth }: Answers,
  column: string,
  nameOf: (n: number) => string,
  most = 8,
): TableSection[] {
  const width = classes.length
  const predicted = likeliest(outputs, width)
  const ofTruth = (n: number) => outputs[n * width + truth[n]]
  const wrong = Array.from(truth.keys())
    .filter((n) => predicted[n] !== truth[n])
    .sort((one, other) => ofTruth(one) - ofTruth(other) || one - other)
    .slice(0, most)
  if (wrong.length === 0) return []
  const rows = wrong.map((n) => [
    classes[truth[n]],
    classes[predicted[n]],
    percent(outputs[n * width + predicted[n]], 1),
    nameOf(n),
  ])
  const title = 'Most wrong: where the true class was thought least likely'
  return [{ kind: 'table', title, columns: ['is', 'taken for', 'with', column], rows }]
}
