import { layers, type Model, optimizers, sequential } from '@carousel/core'
import {
  baselineWarnings,
  classificationMetrics,
  confusionMatrix,
  confusionOf,
  likeliest,
  majorityOf,
} from '../report/classification.ts'
import { count, percent, several } from '../report/format.ts'
import type { Metrics, Outcome, Section } from '../report/outcome.ts'
import { preparationOf } from './predict.ts'
import { preparer, type Steps } from './prepare.ts'
import type { Recording } from './recordings.ts'

/** What a model is measured on. */
export interface Measurable {
  /** For the baselines; may be empty. */
  train: readonly Recording[]
  test: readonly Recording[]
}

/** How the model does on the test's recordings, beside the commonest class and a linear model. */
export async function score(
  model: Model,
  { train, test }: Measurable,
  signal?: AbortSignal,
): Promise<Outcome> {
  const labels = model.labels ?? []
  const prepare = preparer(preparationOf(model))
  const steps = test.map(({ sound }) => prepare(sound))
  const truth = Int32Array.from(test, ({ label }) => labels.indexOf(label))
  const options = { batchSize: 64, signal }
  const { loss } = await model.evaluate(steps, oneHot(truth, labels.length), options)
  const { data: outputs } = await model.predict(steps, options)
  const matrix = confusionMatrix(outputs, truth, labels.length)
  const metrics = { ...classificationMetrics(matrix), loss }
  const learnt = train.map(({ sound }) => prepare(sound))
  const learntClasses = Int32Array.from(train, ({ label }) => labels.indexOf(label))
  const baselines =
    train.length > 0 ? await baselinesOf(learnt, learntClasses, steps, truth, labels.length, signal) : {}
  const right = Math.round(metrics.accuracy * test.length)
  return {
    samples: test.length,
    metrics,
    baselines,
    headline: `Test accuracy ${percent(metrics.accuracy)}: ${count(right)} of ${count(test.length)} recordings heard right`,
    warnings: [
      ...baselineWarnings(metrics, baselines, {
        samples: test.length,
        many: 'recordings',
        advice: 'More recordings help, or more epochs from the beginning.',
      }),
      ...repeated(train, test),
    ],
    sections: [
      { kind: 'confusion', labels, matrix },
      ...speakerSections(test, truth, likeliest(outputs, labels.length)),
      ...mistakes(test, truth, outputs, labels),
    ],
  }
}

/** A recording that was learned from as well tells nothing of new ones. */
function repeated(train: readonly Recording[], test: readonly Recording[]): string[] {
  const learned = new Map<number, Float32Array[]>()
  for (const { sound } of train) {
    const alike = learned.get(sound.samples.length)
    if (alike) alike.push(sound.samples)
    else learned.set(sound.samples.length, [sound.samples])
  }
  const isLearned = ({ sound: { samples } }: Recording) =>
    learned.get(samples.length)?.some((other) => other.every((sample, at) => sample === samples[at]))
  const found = test.filter(isLearned).length
  if (found === 0) return []
  return [
    `${several(found, 'recording')} of these ${found > 1 ? 'are' : 'is'} among those learned from, sample for sample: the figures flatter.`,
  ]
}

export function oneHot(classes: Int32Array, count: number): { shape: number[]; data: Float32Array } {
  const data = new Float32Array(classes.length * count)
  for (const [n, at] of classes.entries()) data[n * count + at] = 1
  return { shape: [classes.length, count], data }
}

/** What has to be beaten. */
async function baselinesOf(
  learnt: readonly Steps[],
  classes: Int32Array,
  steps: readonly Steps[],
  truth: Int32Array,
  many: number,
  signal?: AbortSignal,
): Promise<Record<string, Metrics>> {
  const majority = new Int32Array(truth.length).fill(majorityOf(classes, many))
  const linear = await linearModel(learnt, classes, many, signal)
  const { data } = await linear.predict(averages(steps), { batchSize: 1024, signal })
  return {
    majority: classificationMetrics(confusionOf(majority, truth, many)),
    linear: classificationMetrics(confusionMatrix(data, truth, many)),
  }
}

/** Logistic regression on each band's mean and deviation over a recording. */
async function linearModel(
  learnt: readonly Steps[],
  classes: Int32Array,
  many: number,
  signal?: AbortSignal,
): Promise<Model> {
  const x = averages(learnt)
  const model = sequential([layers.dense({ units: many, activation: 'softmax', inputShape: [x.shape[1]] })], {
    name: 'linear',
    seed: 0,
  })
  model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'categoricalCrossentropy' })
  await model.fit(x, oneHot(classes, many), { epochs: 60, batchSize: 64, signal })
  return model
}

/** [recordings, 2 × bands]: mean and deviation of each band. */
function averages(recordings: readonly Steps[]): { shape: [number, number]; data: Float32Array } {
  const bands = recordings[0].shape[1]
  const data = new Float32Array(recordings.length * 2 * bands)
  for (const [n, { shape, data: values }] of recordings.entries()) {
    for (let band = 0; band < bands; band++) {
      let [sum, squares] = [0, 0]
      for (let at = band; at < values.length; at += bands) {
        sum += values[at]
        squares += values[at] * values[at]
      }
      const mean = sum / shape[0]
      data[n * 2 * bands + band] = mean
      data[n * 2 * bands + bands + band] = Math.sqrt(Math.max(0, squares / shape[0] - mean * mean))
    }
  }
  return { shape: [recordings.length, 2 * bands], data }
}

function speakerSections(test: readonly Recording[], truth: Int32Array, predicted: Int32Array): Section[] {
  const speakers = [...new Set(test.map(({ speaker }) => speaker ?? ''))].filter((name) => name !== '')
  if (speakers.length === 0) return []
  const rows = speakers.sort().map((name) => {
    const own = test.flatMap(({ speaker }, n) => (speaker === name ? [n] : []))
    const right = own.filter((n) => predicted[n] === truth[n]).length
    return [name, percent(right / own.length), `${right} of ${own.length}`]
  })
  // A corpus of thousands has speakers of two or three recordings each: that is no table to read.
  if (rows.length > 30) return []
  return [{ kind: 'table', title: 'By speaker', columns: ['speaker', 'accuracy', 'right'], rows }]
}

/** Those of which the model was surest and wrong. */
function mistakes(
  test: readonly Recording[],
  truth: Int32Array,
  outputs: Float32Array,
  labels: readonly string[],
  most = 10,
): Section[] {
  const predicted = likeliest(outputs, labels.length)
  const wrong = test
    .map(({ name }, n) => ({ name, n, sure: outputs[n * labels.length + predicted[n]] }))
    .filter(({ n }) => predicted[n] !== truth[n])
    .sort((one, other) => other.sure - one.sure)
    .slice(0, most)
  if (wrong.length === 0) return []
  const lines = wrong.map(
    ({ name, n, sure }) =>
      `${name}: ${labels[truth[n]]}, taken for ${labels[predicted[n]]} (${percent(sure, 0)})`,
  )
  return [{ kind: 'lines', title: 'Most wrong', lines }]
}
