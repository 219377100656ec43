import type { Model } from '@carousel/core'
import {
  baselineWarnings,
  type ClassificationMetrics,
  classificationMetrics,
  classScores,
  confusionMatrix,
  confusionOf,
  likeliest,
} from '../report/classification.ts'
import { count, percent, several } from '../report/format.ts'
import type { Metrics, Outcome, TableSection } from '../report/outcome.ts'
import { trainBagOfWords } from './bag-of-words.ts'
import type { TextData, TextSamples } from './data.ts'
import { preparationOf, probabilitiesOf } from './predict.ts'
import { tokensOf } from './tokens.ts'

/** How a model does on the test part, beside the most frequent class and a bag of words learned from the training part. */
export async function score(model: Model, data: TextData, signal?: AbortSignal): Promise<Outcome> {
  const { test, classes } = data
  const outputs = await probabilitiesOf(model, test.texts, signal)
  const matrix = confusionMatrix(outputs, test.labels, classes.length)
  const metrics = { ...classificationMetrics(matrix), loss: lossOf(outputs, test.labels, classes.length) }
  const baselines = baselinesOf(model, data)
  const samples = test.texts.length
  return {
    samples,
    metrics,
    baselines,
    headline: `Test accuracy ${percent(metrics.accuracy)}: ${count(metrics.accuracy * samples)} of ${several(samples, 'text')} put into the right class`,
    warnings: warningsOf(metrics, baselines, data),
    sections: [
      { kind: 'confusion', labels: classes, matrix },
      classTable(matrix, classes),
      mostWrong(outputs, data),
    ],
  }
}

/** The mean of −log p of the true class. */
function lossOf(outputs: Float32Array, labels: Int32Array, classes: number): number {
  const sum = labels.reduce(
    (total, label, n) => total - Math.log(Math.max(outputs[n * classes + label], 1e-7)),
    0,
  )
  return sum / labels.length
}

/** Without its training part, a bag of words cannot be learned; the most frequent class is known from the model's file. */
function baselinesOf(model: Model, { train, test, classes }: TextData): Record<string, Metrics> {
  const figures = (predicted: ArrayLike<number>) =>
    classificationMetrics(confusionOf(predicted, test.labels, classes.length))
  const { classCounts } = preparationOf(model)
  const majority = classCounts.indexOf(Math.max(...classCounts))
  const baselines: Record<string, Metrics> = { majority: figures(test.labels.map(() => majority)) }
  if (train.texts.length > 0) {
    const tokens = ({ texts }: TextSamples) => texts.map((text) => tokensOf(text, 'word'))
    const bag = trainBagOfWords(tokens(train), train.labels, classes.length)
    baselines[bagOfWords] = figures(likeliest(bag.predict(tokens(test)), classes.length))
  }
  return baselines
}

const bagOfWords = 'bag of words'

function warningsOf(
  metrics: ClassificationMetrics,
  baselines: Record<string, Metrics>,
  { train, test }: TextData,
): string[] {
  const warnings = baselineWarnings(metrics, baselines, {
    samples: test.texts.length,
    many: 'texts',
    advice: 'More texts help, or more epochs from the beginning.',
  })
  const learned = new Set(train.texts)
  const repeated = test.texts.filter((text) => learned.has(text)).length
  if (repeated > 0) {
    warnings.push(
      `${several(repeated, 'text')} to test on ${repeated > 1 ? 'stand' : 'stands'} word for word among those learned from: the figures flatter.`,
    )
  }
  return warnings
}

function classTable(matrix: readonly (readonly number[])[], classes: readonly string[]): TableSection {
  return {
    kind: 'table',
    title:
      'Each class: of what was put into it, the share that is right; of what is of it, the share that was found',
    columns: ['class', 'precision', 'recall', 'F1', 'texts'],
    rows: classScores(matrix).map(({ precision, recall, f1, support }, index) => [
      classes[index],
      percent(precision, 1),
      percent(recall, 1),
      percent(f1, 1),
      count(support),
    ]),
  }
}

/** The texts whose true class was thought least likely. */
function mostWrong(outputs: Float32Array, { test, classes }: TextData, most = 8): TableSection {
  const width = classes.length
  const predicted = likeliest(outputs, width)
  const of = (n: number) => outputs[n * width + test.labels[n]]
  const wrong = Array.from(test.labels.keys())
    .filter((n) => predicted[n] !== test.labels[n])
    .sort((one, other) => of(one) - of(other) || one - other)
    .slice(0, most)
  return {
    kind: 'table',
    title:
      wrong.length > 0
        ? 'Most wrong: the texts whose own class was thought least likely'
        : 'Nothing was put into a wrong class',
    columns: ['is', 'taken for', 'with', 'text'],
    rows: wrong.map((n) => [
      classes[test.labels[n]],
      classes[predicted[n]],
      percent(outputs[n * width + predicted[n]], 1),
      excerpt(test.texts[n]),
    ]),
  }
}

const excerpt = (text: string, most = 80): string => {
  const line = text.trim().replace(/\s+/g, ' ')
  return line.length > most ? `${line.slice(0, most - 1)}…` : line
}
