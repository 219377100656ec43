/**
 * Texts told apart: a text's words are vectors, a cell reads them in both directions, and what was largest on the way
 * decides the class.
 */

import type { Engine, Model } from '@carousel/core'
import { oneHot } from '@carousel/datasets'
import type { FileTask, Job } from '../job.ts'
import { updatesOf } from '../learning-rate.ts'
import { count } from '../report/format.ts'
import { complete } from '../settings.ts'
import { evidenceOf } from './evidence.ts'
import { load, loadNew, type TextData, type TextSamples } from './load.ts'
import { beginWith, layersInWords, modelOf } from './model.ts'
import {
  isTextPreparation,
  preparationFor,
  preparationInWords,
  preparationOf,
  preparer,
} from './preparation.ts'
import { score } from './score.ts'
import { areOwn, defaults, type TextSettings } from './settings.ts'
import { tokensOf } from './tokens.ts'
import { encoderOf, sizeOf } from './vocabulary.ts'

export const text: FileTask<TextSettings, TextData> = {
  name: 'text',
  unit: ['text', 'texts'],
  settings: (given) => complete(defaults, given, areOwn),
  areOwn,
  remade,
  load,
  loadNew,
  async begin(data, settings, engine?: Engine) {
    const { classes, train } = data
    const updates = Math.ceil(train.texts.length / settings.batchSize) * settings.epochs
    const tokens = train.texts.map((own) => tokensOf(own, settings.level))
    const preparation = preparationFor(data, tokens, settings)
    const { vocabulary, maxLength } = preparation
    const model = modelOf(settings, { classes, preparation, updates }, engine)
    const texts = tokens.map(encoderOf(vocabulary, maxLength))
    const evidence = evidenceOf(texts, train.labels, classes.length, sizeOf(vocabulary))
    await beginWith(model, evidence, classes.length)
    return jobOf(model, data, settings, texts)
  },
  resume: async (model, data, settings) =>
    jobOf(model, data, settings, data.train.texts.map(preparer(preparationOf(model)))),
  score,
  measuredBy: ({ testShare, seed }, model) => ({
    labelColumn: preparationOf(model).columns?.label ?? null,
    testShare,
    seed,
  }),
  preparationInWords: (model) => preparationInWords(preparationOf(model), model.labels ?? []),
}

function remade(model: Model, settings: TextSettings): Model | undefined {
  const { preparation, labels: classes } = model
  const updates = updatesOf(model)
  if (!isTextPreparation(preparation) || !classes || updates === undefined) return undefined
  if (classes.length !== preparation.classCounts.length) return undefined
  return modelOf(settings, { classes, preparation, updates })
}

/** @param texts those of the training part as numbers */
function jobOf(
  model: Model,
  data: TextData,
  settings: TextSettings,
  texts: readonly (readonly number[])[],
): Job<TextSettings> {
  const { train, validation, classes } = data
  const preparation = preparationOf(model)
  const yOf = ({ labels }: TextSamples) => oneHot(labels, classes.length)
  const watches = validation.texts.length > 0
  const { vocabulary, level, maxLength } = preparation
  return {
    task: 'text',
    model,
    settings,
    data,
    layersInWords: layersInWords(settings, classes.length),
    inputInWords: `a text as up to ${count(maxLength)} ${level}s, ${count(vocabulary.length)} of them known`,
    epochSamples: train.texts.length,
    figures: ['accuracy'],
    fit: (options) =>
      model.fit(texts, yOf(train), {
        ...options,
        batchSize: settings.batchSize,
        bucketByLength: true,
        ...(settings.classWeights === 'balanced' && { classWeight: balancing(preparation.classCounts) }),
        ...(watches && {
          validationData: [validation.texts.map(preparer(preparation)), yOf(validation)],
          validationBatchSize: 250,
        }),
      }),
    score: (signal) => score(model, data, signal),
  }
}

/** What each text of a class counts for, so that all classes together count alike, and a text 1 on average. */
function balancing(counts: readonly number[]): Record<number, number> {
  const there = counts.filter((number) => number > 0)
  const total = there.reduce((sum, number) => sum + number, 0)
  return Object.fromEntries(
    counts.map((number, index) => [index, number > 0 ? total / (there.length * number) : 1]),
  )
}
