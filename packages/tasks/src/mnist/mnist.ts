/**
 * The tutorial's recipe: MNIST's pictures read row by row by one recurrent layer, whose last output a softmax layer
 * turns into ten probabilities.
 */

import { type Engine, layers, type Model, sequential } from '@carousel/core'
import type { mnist as digits } from '@carousel/datasets'
import type { Job, Task, TaskData } from '../job.ts'
import { outcomeOf } from '../report/classifier.ts'
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

const UNIT = ['picture', 'pictures'] as const
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
  unit: UNIT,
  settings: (given) => complete(defaults, given, () => true),
  areOwn: () => true,
  remade: (_, settings) => modelOf(settings),
  begin: async (data, settings, engine) => jobOf(modelOf(settings, engine), data, settings),
  resume: async (model, data, settings) => jobOf(model, data, settings),
  score,
  measuredBy: () => ({}),
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
    watchedBy: 'test part',
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
  const { data: outputs } = await model.predict(test.x, { batchSize: 250, signal })
  const truth = Int32Array.from(test.labels.data)
  const outcome = outcomeOf({ classes, outputs, truth }, {}, { unit: UNIT, right: 'read right', advice: '' })
  return {
    ...outcome,
    warnings:
      source.name === 'mnist-embedded'
        ? ["The embedded pictures are a sixth of MNIST: these are not the full set's figures."]
        : [],
    // digits are known well enough by the confusion alone
    sections: outcome.sections.filter(({ kind }) => kind === 'confusion'),
  }
}
