/** Recordings of words, each of one of a few classes: log-mel energies, read step by step by recurrent layers. */

import type { History, Model } from '@carousel/core'
import { oneHot } from '@carousel/datasets'
import { isCount, isNumber } from '../checks.ts'
import type { FileTask, Job, SharedFit } from '../job.ts'
import { updatesOf } from '../learning-rate.ts'
import { generator, seedOf } from '../random.ts'
import { complete } from '../settings.ts'
import { augmentSound, colourFeatures, maskFeatures } from './augment.ts'
import { Featuriser, featuresAt, featuresOf } from './features.ts'
import { load, loadNew, type SpeechData } from './load.ts'
import { layersInWords, modelOf, type SpeechSettings } from './model.ts'
import { preparationOf } from './predict.ts'
import {
  asSteps,
  inWords,
  isSpeechPreparation,
  preparationFor,
  preparer,
  type Steps,
  scale,
} from './prepare.ts'
import { score } from './score.ts'

const defaults = {
  cell: 'lstm',
  units: 128,
  layers: 2,
  dropout: 0.2,
  optimizer: 'adam',
  learningRate: { sgd: 0.1, rmsprop: 0.001, adam: 0.004, adamw: 0.004 },
  batchSize: 32,
  epochs: 30,
  bands: 40,
  rate: null,
  augment: true,
  testShare: null,
  holdOutSpeaker: null,
} as const

/** Whether a file's words are this task's own settings. */
const areOwn = ({
  layers,
  bands,
  rate,
  augment,
  testShare,
  holdOutSpeaker,
}: Readonly<Record<string, unknown>>): boolean =>
  isCount(layers) &&
  layers <= 16 &&
  isCount(bands) &&
  isCount(rate ?? 1) &&
  typeof augment === 'boolean' &&
  (testShare === null || (isNumber(testShare, 0) && testShare < 1)) &&
  (holdOutSpeaker === null || typeof holdOutSpeaker === 'string')

export const speech: FileTask<SpeechSettings, SpeechData> = {
  name: 'speech',
  unit: ['recording', 'recordings'],
  settings: (given) => complete<SpeechSettings>(defaults, given, areOwn),
  areOwn,
  remade(model, settings) {
    const { preparation, labels } = model
    const updates = updatesOf(model)
    if (!isSpeechPreparation(preparation) || !labels || updates === undefined) return undefined
    return modelOf(settings, preparation, labels, { updates })
  },
  load,
  loadNew,
  async begin(data, settings, engine) {
    const { train, labels, rate, splitInWords } = data
    const preparation = preparationFor(train, featuresAt(rate, settings.bands), splitInWords)
    const updates = settings.epochs * Math.ceil(train.length / settings.batchSize)
    return jobOf(modelOf(settings, preparation, labels, { updates, engine }), data, settings)
  },
  resume: async (model, data, settings) => jobOf(model, data, settings),
  score,
  preparationInWords: (model) => inWords(preparationOf(model)),
}

function jobOf(model: Model, data: SpeechData, settings: SpeechSettings): Job<SpeechSettings> {
  const { rate, hop, bands } = preparationOf(model).features
  return {
    task: 'speech',
    model,
    settings,
    data,
    layersInWords: layersInWords(settings, data.labels.length),
    inputInWords: `a recording as a step of ${bands} mel bands every ${((hop / rate) * 1000).toFixed(1)} ms`,
    epochSamples: data.train.length,
    figures: ['accuracy'],
    fit: (options) => fit(model, data, settings, options),
    score: (signal) => score(model, data, signal),
  }
}

/** Epoch by epoch, as each has its own changes to the recordings. */
async function fit(
  model: Model,
  data: SpeechData,
  settings: SpeechSettings,
  options: SharedFit,
): Promise<History> {
  const { train, test, labels } = data
  const { signal } = options
  const epochs = options.epochs ?? settings.epochs
  const classes = (of: SpeechData['train']) =>
    oneHot(
      Int32Array.from(of, ({ label }) => labels.indexOf(label)),
      labels.length,
    )
  const prepare = preparer(preparationOf(model))
  const validationData = [test.map(({ sound }) => prepare(sound)), classes(test)] as const
  const y = classes(train)
  for (;;) {
    const epoch = model.position?.epoch ?? 0
    const x = await recordingsFor(epoch, model, data, settings, signal)
    const history = await model.fit(x, y, {
      ...options,
      epochs: Math.min(epoch + 1, epochs),
      resume: model.position !== null,
      batchSize: settings.batchSize,
      validationData: [...validationData],
    })
    if (history.interrupted || epoch + 1 >= epochs) return history
  }
}

/** What an epoch learns from: the recordings, each changed a little, as (seed, epoch, recording) have it. */
async function recordingsFor(
  epoch: number,
  model: Model,
  { train }: SpeechData,
  { augment, seed }: SpeechSettings,
  signal: AbortSignal | undefined,
): Promise<Steps[]> {
  const preparation = preparationOf(model)
  const featuriser = new Featuriser(preparation.features)
  const steps: Steps[] = []
  for (const [n, { sound }] of train.entries()) {
    const random = generator(seedOf(seed, epoch, n))
    const samples = augment ? augmentSound(sound, random) : sound.samples
    const features = featuresOf(samples, featuriser)
    if (augment) colourFeatures(features, preparation.features.bands, random)
    scale(features, preparation)
    if (augment) maskFeatures(features, preparation.features.bands, random)
    steps.push(asSteps(features, preparation))
    // Timers and signals get their turn.
    if (n % 32 === 31) await new Promise((resolve) => setTimeout(resolve))
    // Whoever has asked to stop is answered by `fit` before a batch of these.
    if (signal?.aborted)
      return train.map(() => asSteps(new Float32Array(preparation.mean.length), preparation))
  }
  return steps
}
