import { type Engine, layers, type Model, sequential } from '@carousel/core'
import { cosineOver } from '../learning-rate.ts'
import { cellNames, cells, makers, type Settings } from '../settings.ts'
import type { SpeechPreparation } from './prepare.ts'

// A type, not an interface, so that it counts as JSON.

export type SpeechSettings = Settings & {
  /** Recurrent layers, one upon the other. */
  layers: number
  /** Mel bands. */
  bands: number
  /** Samples a second; null: as most recordings have, at most 16,000. */
  rate: number | null
  /** Whether recordings are changed a little each time they are learnt from. */
  augment: boolean
  /** The share of each class that is kept back; null: by the names, where they tell, else 10 %. */
  testShare: number | null
  /** A speaker of whom nothing is learnt. */
  holdOutSpeaker: string | null
}

/**
 * Recurrent layers, each over the outputs of the one below, and the last output of the last as probabilities of the classes.
 * All of them read forward alone, so that the model can listen.
 *
 * @param updates of the whole training, over which the learning rate falls
 */
export function modelOf(
  settings: SpeechSettings,
  preparation: SpeechPreparation,
  labels: readonly string[],
  { updates, engine }: { updates: number; engine?: Engine },
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
