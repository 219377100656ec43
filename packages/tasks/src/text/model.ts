import { type Engine, type Layer, layers, losses, type Model, sequential } from '@carousel/core'
import { cosineOver } from '../learning-rate.ts'
import { cellNames, cells, makers } from '../settings.ts'
import type { TextPreparation } from './preparation.ts'
import type { TextSettings } from './settings.ts'
import { sizeOf } from './vocabulary.ts'

/** What a model is made for, beside its settings. */
export interface Purpose {
  classes: readonly string[]
  preparation: TextPreparation
  /** Updates of the whole training, over which the learning rate falls. */
  updates: number
}

/**
 * A small model that is kept from learning texts by heart: words are vectors, of which whole ones and whole columns are
 * dropped in training; the cell reads them in both directions, and what was largest on the way, of each unit, decides.
 */
export function modelOf(
  settings: TextSettings,
  { classes, preparation, updates }: Purpose,
  engine?: Engine,
): Model {
  const { cell, optimizer, learningRate, seed } = settings
  const model = sequential(layersOf(settings, preparation, classes.length), {
    name: `text_${cell}`,
    seed,
    engine,
  })
  model.compile({
    optimizer: makers[optimizer]({
      learningRate: cosineOver(updates, learningRate, { climb: 0.1, end: 0.05 }),
    }),
    loss: losses.categoricalCrossentropy(),
    metrics: ['accuracy'],
  })
  model.labels = [...classes]
  model.preparation = preparation
  return model
}

/**
 * Begins the first numbers of each word's vector, one for each class, with what counting says of the word: from there
 * training goes on, and need not find out by small steps what can be counted.
 *
 * @param evidence [known words, classes]
 */
export async function beginWith(model: Model, evidence: Float32Array, classes: number): Promise<void> {
  const [embeddings, ...others] = await model.getWeights()
  const [size, width] = embeddings.shape
  const data = Float32Array.from(embeddings.data)
  for (let token = 0; token < size; token++) {
    const own = evidence.subarray(token * classes, token * classes + Math.min(classes, width))
    data.set(own, token * width)
  }
  await model.setWeights([{ shape: [size, width], data }, ...others])
}

function layersOf(
  { cell, units, dropout, embedding }: TextSettings,
  { vocabulary }: TextPreparation,
  classes: number,
): Layer[] {
  const reader = cells[cell]({ units, returnSequences: true })
  const drops = dropout > 0
  return [
    layers.embedding({ inputDim: sizeOf(vocabulary), outputDim: embedding, inputShape: [null] }),
    // one draw for a whole word, so that no single one is relied on
    ...(drops ? [layers.dropout({ rate: dropout / 2, noiseShape: [null, null, 1] })] : []),
    ...(drops ? [layers.spatialDropout1d({ rate: dropout })] : []),
    layers.bidirectional({ layer: reader }),
    layers.globalMaxPooling1d(),
    ...(drops ? [layers.dropout({ rate: dropout })] : []),
    layers.dense({ units: classes, activation: 'softmax' }),
  ]
}

export function layersInWords({ cell, units, embedding, dropout }: TextSettings, classes: number): string {
  const [words, own] =
    dropout > 0
      ? [` → Dropout(${dropout / 2}) → SpatialDropout1D(${dropout})`, ` → Dropout(${dropout})`]
      : ['', '']
  return `Embedding(${embedding})${words} → Bidirectional(${cellNames[cell]}(${units})) → GlobalMaxPooling1D${own} → Dense(${classes}, softmax)`
}
