/** Recordings of words, each of one of a few classes: log-mel energies, read step by step by recurrent layers. */

import type { History, Model } from '@carousel/core'
import { oneHot } from '@carousel/datasets'
import type { FileTask, Job, SharedFit } from '../job.ts'
import { updatesOf } from '../learning-rate.ts'
import { stepsOfEpoch } from './epoch.ts'
import { load, loadNew, type SpeechData } from './load.ts'
import { layersInWords, modelOf } from './model.ts'
import {
  isSpeechPreparation,
  preparationFor,
  preparationInWords,
  preparationOf,
  preparer,
} from './preparation.ts'
import { score } from './score.ts'
import { areOwn, type SpeechSettings, settingsOf } from './settings.ts'

export const speech: FileTask<SpeechSettings, SpeechData> = {
  name: 'speech',
  unit: ['recording', 'recordings'],
  settings: settingsOf,
  areOwn,
  remade(model, settings) {
    const { preparation, labels } = model
    const updates = updatesOf(model)
    if (!isSpeechPreparation(preparation) || !labels || updates === undefined) return undefined
    return modelOf(settings, { preparation, labels, updates })
  },
  load,
  loadNew,
  async begin(data, settings, engine) {
    const { train, labels } = data
    const preparation = preparationFor(data, settings)
    const updates = settings.epochs * Math.ceil(train.length / settings.batchSize)
    return jobOf(modelOf(settings, { preparation, labels, updates }, engine), data, settings)
  },
  resume: async (model, data, settings) => jobOf(model, data, settings),
  score,
  measuredBy: ({ testShare, holdOutSpeaker, seed }, model) => ({
    testShare,
    holdOutSpeaker,
    ...(preparationOf(model).split.by === 'share' && { seed }),
  }),
  preparationInWords: (model) => preparationInWords(preparationOf(model)),
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
    watchedBy: 'test part',
    fit: (options) => fit(model, data, settings, options),
    score: (signal) => score(model, data, signal),
  }
}

/** Epoch by epoch, as each has its own changes to the recordings. */
async function fit(
  model: Model,
  { train, test, labels }: SpeechData,
  settings: SpeechSettings,
  options: SharedFit,
): Promise<Pick<History, 'interrupted'>> {
  const { epochs = settings.epochs, signal } = options
  const preparation = preparationOf(model)
  const prepare = preparer(preparation)
  const classesOf = (recordings: SpeechData['train']) =>
    oneHot(
      recordings.map(({ label }) => labels.indexOf(label)),
      labels.length,
    )
  const validation = [test.map(({ sound }) => prepare(sound)), classesOf(test)] as const
  const y = classesOf(train)
  for (let epoch = model.position?.epoch ?? 0; epoch < epochs; epoch++) {
    const x = await stepsOfEpoch(epoch, train, preparation, settings, signal)
    if (!x) return { interrupted: true }
    const { interrupted } = await model.fit(x, y, {
      ...options,
      epochs: epoch + 1,
      resume: model.position !== null,
      batchSize: settings.batchSize,
      validationData: [...validation],
    })
    if (interrupted) return { interrupted }
  }
  return { interrupted: false }
}
