import { type Engine, layers, type Model, sequential } from '@carousel/core'
import { cosineOver } from '../learning-rate.ts'
import { cellNames, cells, makers } from '../settings.ts'
import type { SpeechPreparation } from './preparation.ts'
import type { SpeechSettings } from './settings.ts'

/** What a model is made for, beside its settings. */
export interface Purpose {
  preparation: SpeechPreparation
  labels: readonly string[]
  /** Updates of the whole training, over which the learning rate falls. */
  updates: number
}

/**
 * Recurrent layers, each over the outputs of the one below, and the last output of the last as probabilities of the classes.
 * All of them read forward alone, so that the model can listen.
 */
export function modelOf(
  settings: SpeechSettings,
  { preparation, labels, updates }: Purpose,
  engine?: Engine,
): Model {
  const { cell, units, dropout, optimizer, learningRate, seed } = settings
  const stack = Array.from({ length: settings.layers }, (_, n) => [
    cells[cell]({
      units,
      returnSequences: n < settings.layers - 1,
      ...(n === 0 && { inputShape: [null, preparation.features.bands] }),
    }),
    ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
  ])
  const model = sequential([...stack.flat(), layers.dense({ units: labels.length, activation: 'softmax' })], {
    name: `speech_${cell}`,
    seed,
    engine,
  })
  model.compile({
    optimizer: makers[optimizer]({
      learningRate: cosineOver(updates, learningRate, { climb: 0, end: 0.02 }),
      clipnorm: 1,
    }),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  })
  model.labels = [...labels]
  model.preparation = preparation
  return model
}

/** LSTM(128) → Dropout(0.3) → LSTM(128) → Dropout(0.3) → Dense(10, softmax) */
export function layersInWords(
  { cell, units, dropout, layers: many }: SpeechSettings,
  classes: number,
): string {
  const one = `${cellNames[cell]}(${units})${dropout > 0 ? ` → Dropout(${dropout})` : ''}`
  return `${new Array(many).fill(one).join(' → ')} → Dense(${classes}, softmax)`
}
