import { type Engine, layers as kinds, type Layer, losses, type Model, sequential } from '@carousel/core'
import { cosineOver } from '../learning-rate.ts'
import { cellNames, cells, makers } from '../settings.ts'
import { type CharsPreparation, sizeOf } from './preparation.ts'
import type { CharsSettings } from './settings.ts'

/**
 * Characters as vectors, read by recurrent layers that carry their states from window to window; at each step a softmax
 * layer tells how likely each character is to come next.
 */
export function modelOf(
  settings: CharsSettings,
  preparation: CharsPreparation,
  updates: number,
  engine?: Engine,
): Model {
  const { cell, seed } = settings
  const model = sequential(layersOf(settings, sizeOf(preparation)), { name: `chars_${cell}`, seed, engine })
  model.compile({ optimizer: optimizerOf(settings, updates), loss: losses.sparseCategoricalCrossentropy() })
  model.preparation = preparation
  return model
}

function layersOf({ cell, units, layers, dropout, embedding }: CharsSettings, size: number): Layer[] {
  const drop = (rate: number) => (dropout > 0 ? [kinds.dropout({ rate })] : [])
  const reader = () => cells[cell]({ units, returnSequences: true, stateful: true })
  return [
    kinds.embedding({ inputDim: size, outputDim: embedding, inputShape: [null] }),
    ...drop(dropout / 2),
    ...Array.from({ length: layers }, () => [reader(), ...drop(dropout)]).flat(),
    kinds.dense({ units: size, activation: 'softmax' }),
  ]
}

export function layersInWords(
  { cell, units, layers, embedding, dropout }: CharsSettings,
  size: number,
): string {
  const dropped = (rate: number) => (dropout > 0 ? [`Dropout(${rate})`] : [])
  const readers = Array.from({ length: layers }, () => [`${cellNames[cell]}(${units})`, ...dropped(dropout)])
  return [
    `Embedding(${embedding})`,
    ...dropped(dropout / 2),
    ...readers.flat(),
    `Dense(${size}, softmax)`,
  ].join(' → ')
}

function optimizerOf({ optimizer, learningRate }: CharsSettings, updates: number) {
  return makers[optimizer]({
    // a gradient that explodes is cut back; most never are
    globalClipnorm: 1,
    learningRate: cosineOver(updates, learningRate, { climb: 1 / 30, end: 0.01 }),
  })
}
