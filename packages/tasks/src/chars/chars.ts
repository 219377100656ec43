/**
 * Texts written on: from every character the model foretells the next one, and so writes a text of its own, character by
 * character. It learns by truncated back-propagation: stretches of the text side by side, cut into windows, the state
 * carried from window to window.
 */

import type { Callback, Engine, Model } from '@carousel/core'
import type { FileTask, Job } from '../job.ts'
import { updatesOf } from '../learning-rate.ts'
import { count } from '../report/format.ts'
import { generate } from './generate.ts'
import { type CharsData, load, loadNew } from './load.ts'
import { layersInWords, modelOf } from './model.ts'
import {
  encode,
  isCharsPreparation,
  preparationFor,
  preparationInWords,
  preparationOf,
  sizeOf,
} from './preparation.ts'
import { natsSideBySide, score } from './score.ts'
import { areOwn, type CharsSettings, settingsOf, wordsOf } from './settings.ts'
import { batchesOfEpoch, windows } from './windows.ts'

export const chars: FileTask<CharsSettings, CharsData> = {
  name: 'chars',
  unit: ['character', 'characters'],
  settings: settingsOf,
  areOwn,
  remade,
  load,
  loadNew,
  async begin(data, settings, engine?: Engine) {
    const updates = batchesOfEpoch(data.train.length, settings) * settings.epochs
    return jobOf(modelOf(settings, preparationFor(data.train, settings), updates, engine), data, settings)
  },
  resume: async (model, data, settings) => jobOf(model, data, settings),
  score,
  measuredBy: ({ unit, testShare }) => ({ unit, testShare }),
  preparationInWords: (model) => preparationInWords(preparationOf(model)),
}

function remade(model: Model, settings: CharsSettings): Model | undefined {
  const { preparation } = model
  const updates = updatesOf(model)
  if (!isCharsPreparation(preparation) || updates === undefined || preparation.unit !== settings.unit)
    return undefined
  return modelOf(settings, preparation, updates)
}

function jobOf(model: Model, data: CharsData, settings: CharsSettings): Job<CharsSettings> {
  const { batchSize, steps, unit } = settings
  const preparation = preparationOf(model)
  const size = sizeOf(preparation)
  const ids = encode(data.train, preparation)
  const held = encode(data.test, preparation)
  const stepsPerEpoch = batchesOfEpoch(ids.length, settings)
  return {
    task: 'chars',
    model,
    settings,
    data,
    layersInWords: layersInWords(settings, size),
    inputInWords: `a text ${wordsOf(unit)[0]} by ${wordsOf(unit)[0]}, ${count(size)} different ones; ${batchSize} stretches side by side in windows of ${steps}`,
    epochSamples: stepsPerEpoch * batchSize * steps,
    unitsPerSample: steps,
    figures: [],
    watchedBy: 'test part',
    fit: ({ callbacks, ...options }, tell) =>
      model.fit(() => windows(ids, settings), {
        ...options,
        stepsPerEpoch,
        callbacks: [aroundEpochs(model, held, settings), ...callbacks, writing(model, settings, tell)],
      }),
    score: (signal) => score(model, data, signal),
  }
}

/** Each epoch begins with new stretches, and so with no state, and ends with a look at the text that was kept back. */
function aroundEpochs(model: Model, held: Int32Array, settings: CharsSettings): Callback {
  return {
    async onEpochBegin() {
      // where a resume goes on within an epoch, the state does, too
      if (!model.position?.batch) await model.resetStates()
    },
    async onEpochEnd(_, logs) {
      logs.valLoss = await natsSideBySide(model, held, settings)
    },
  }
}

/** After each epoch the model writes a few lines, the same draws each time, so that they compare. */
function writing(model: Model, { seed }: CharsSettings, tell: (text: string) => void): Callback {
  return {
    isLast: true,
    async onEpochEnd() {
      let text = ''
      for await (const piece of generate(model, { length: 200, temperature: 0.8, seed })) text += piece
      tell(text.trim())
    },
  }
}
