import { layers, type Model, optimizers, sequential } from '@carousel/core'
import { oneHot } from '@carousel/datasets'
import { likeliest, majorityOf } from '../report/classification.ts'
import { mostWrong, outcomeOf } from '../report/classifier.ts'
import { percent, several } from '../report/format.ts'
import type { Outcome, Section } from '../report/outcome.ts'
import { preparationOf, preparer, type Steps } from './preparation.ts'
import type { Recording } from './recordings.ts'
import { countRepeated } from './repeated.ts'

/** What a model is measured on. */
export interface Measurable {
  /** For the baselines; may be empty. */
  train: readonly Recording[]
  test: readonly Recording[]
}

const WORDS = {
  unit: ['recording', 'recordings'],
  right: 'heard right',
  advice: 'More recordings help, or more epochs from the beginning.',
} as const

/** How the model does on the test's recordings, beside the commonest class and a linear model. */
export async function score(
  model: Model,
  { train, test }: Measurable,
  signal?: AbortSignal,
): Promise<Outcome> {
  const classes = model.labels ?? []
  const prepare = preparer(preparationOf(model))
  const samplesOf = (recordings: readonly Recording[]): Samples => ({
    steps: recordings.map(({ sound }) => prepare(sound)),
    truth: Int32Array.from(recordings, ({ label }) => classes.indexOf(label)),
  })
  const { steps, truth } = samplesOf(test)
  const { data: outputs } = await model.predict(steps, { batchSize: 64, signal })
  const baselines = train.length > 0 ? await baselinesOf(samplesOf(train), steps, classes.length, signal) : {}
  const answers = { classes, outputs, truth }
  const outcome = outcomeOf(answers, baselines, WORDS)
  return {
    ...outcome,
    warnings: [...outcome.warnings, ...repeated(train, test)],
    sections: [
      ...outcome.sections,
      ...speakerSections(test, truth, likeliest(outputs, classes.length)),
      ...mostWrong(answers, 'recording', (n) => test[n].name),
    ],
  }
}

/** Recordings as the model reads them, and the numbers of their classes. */
interface Samples {
  steps: readonly Steps[]
  truth: Int32Array
}

/** A recording that was learned from as well tells nothing of new ones. */
function repeated(train: readonly Recording[], test: readonly Recording[]): string[] {
  const samplesOf = ({ sound }: Recording) => sound.samples
  const found = countRepeated(test.map(samplesOf), train.map(samplesOf))
  if (found === 0) return []
  return [
    `${several(found, 'recording')} of these ${found > 1 ? 'are' : 'is'} among those learned from, sample for sample: the figures flatter.`,
  ]
}

/** What has to be beaten: the classes that they answer for these recordings. */
async function baselinesOf(
  { steps: learned, truth: classes }: Samples,
  steps: readonly Steps[],
  many: number,
  signal?: AbortSignal,
): Promise<Record<string, ArrayLike<number>>> {
  const linear = await linearModel(learned, classes, many, signal)
  const { data } = await linear.predict(averages(steps), { batchSize: 1024, signal })
  return {
    majority: new Int32Array(steps.length).fill(majorityOf(classes, many)),
    linear: likeliest(data, many),
  }
}

/** Logistic regression on each band's mean and deviation over a recording. */
async function linearModel(
  learned: readonly Steps[],
  classes: Int32Array,
  many: number,
  signal?: AbortSignal,
): Promise<Model> {
  const x = averages(learned)
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
