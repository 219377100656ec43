/**
 * The tutorial's recipe: MNIST's pictures read row by row by one recurrent layer, whose last output a softmax layer
 * turns into ten probabilities.
 */

import { type Engine, layers, type Model, sequential } from '@carousel/core'
import type { mnist as digits } from '@carousel/datasets'
import type { Job, Task, TaskData } from '../job.ts'
import { classificationMetrics, confusionMatrix } from '../report/classification.ts'
import { count, percent } from '../report/format.ts'
import type { Outcome } from '../report/outcome.ts'
import { cellNames, cells, complete, kerasLearningRates, makers, type Settings } from '../settings.ts'
import { picturePreparation, preparationInWords } from './picture.ts'

/** The tutorial's values; the learning rate is the optimizer's own. */
const defaults = {
  cell: 'lstm',
  units: 128,
  dropout: 0,
  optimizer: 'adam',
  learningRate: kerasLearningRates,
  batchSize: 32,
  epochs: 10,
} as const

const classes = Array.from({ length: 10 }, (_, digit) => String(digit))

/** The digits, and what there is to say of them. */
export interface MnistData extends TaskData, digits.Mnist {}

/** Of digits as `mnist.load` of `@carousel/datasets` brings them. */
export function withSource({ train, test, source }: digits.Mnist): MnistData {
  const identity = {
    name: source.name,
    verified: source.verified,
    sha256: source.files.map((file) => file.sha256),
    trainSamples: train.labels.data.length,
    testSamples: test.labels.data.length,
  }
  return { train, test, source, identity, description: source.description, notes: source.notes }
}

export const mnist: Task<Settings, MnistData> = {
  name: 'mnist',
  unit: ['picture', 'pictures'],
  settings: (given) => complete(defaults, given, () => true),
  areOwn: () => true,
  remade: (_, settings) => modelOf(settings),
  begin: async (data, settings, engine) => jobOf(modelOf(settings, engine), data, settings),
  resume: async (model, data, settings) => jobOf(model, data, settings),
  score,
  preparationInWords: () => preparationInWords,
}

/** The settings' model, compiled. */
function modelOf({ cell, units, dropout, optimizer, learningRate, seed }: Settings, engine?: Engine): Model {
  const model = sequential(
    [
      cells[cell]({ units, inputShape: [28, 28] }),
      ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
      layers.dense({ units: classes.length, activation: 'softmax' }),
    ],
    { name: `mnist_${cell}`, seed, engine },
  )
  model.compile({
    optimizer: makers[optimizer]({ learningRate }),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  })
  model.labels = classes
  model.preparation = picturePreparation
  return model
}

function jobOf(model: Model, data: MnistData, settings: Settings): Job {
  const { cell, units, dropout, batchSize } = settings
  return {
    task: 'mnist',
    model,
    settings,
    data,
    layersInWords: `${cellNames[cell]}(${units})${dropout > 0 ? ` → Dropout(${dropout})` : ''} → Dense(10, softmax)`,
    inputInWords: 'a picture as 28 rows of 28 pixels',
    epochSamples: data.identity.trainSamples,
    figures: ['accuracy'],
    fit: (options) =>
      model.fit(data.train.x, data.train.y, {
        ...options,
        batchSize,
        validationData: [data.test.x, data.test.y],
      }),
    score: (signal) => score(model, data, signal),
  }
}

async function score(model: Model, { test, source }: MnistData, signal?: AbortSignal): Promise<Outcome> {
  const samples = test.labels.data.length
  const { loss } = await model.evaluate(test.x, test.y, { batchSize: 250, signal })
  const { data } = await model.predict(test.x, { batchSize: 250, signal })
  const matrix = confusionMatrix(data, test.labels.data, classes.length)
  const { accuracy, macroF1 } = classificationMetrics(matrix)
  return {
    samples,
    metrics: { accuracy, macroF1, loss },
    baselines: {},
    headline: `Test accuracy ${percent(accuracy)}: ${count(accuracy * samples)} of ${count(samples)} pictures read right`,
    warnings:
      source.name === 'mnist-embedded'
        ? ["The embedded pictures are a sixth of MNIST: these are not the full set's figures."]
        : [],
    sections: [{ kind: 'confusion', labels: classes, matrix }],
  }
}
