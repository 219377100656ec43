import {
  type Engine,
  layers as kinds,
  type Layer,
  losses,
  type Model,
  schedules,
  sequential,
} from '@carousel/core'
import { cellNames, cells, makers } from '../settings.ts'
import { type CharsPreparation, sizeOf } from './prepare.ts'
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

export function layersInWords({ cell, units, layers, embedding }: CharsSettings, size: number): string {
  const readers = Array.from({ length: layers }, () => `${cellNames[cell]}(${units})`)
  return [`Embedding(${embedding})`, ...readers, `Dense(${size}, softmax)`].join(' → ')
}

/** The rate climbs over a thirtieth of the training and falls along half a cosine, to a hundredth, with which a resume goes on. */
function optimizerOf({ optimizer, learningRate }: CharsSettings, updates: number) {
  const warmupSteps = Math.round(updates / 30)
  return makers[optimizer]({
    // a gradient that explodes is cut back; most never are
    globalClipnorm: 1,
    learningRate: schedules.cosineDecay({
      initialLearningRate: 0,
      warmupTarget: learningRate,
      warmupSteps,
      decaySteps: Math.max(1, updates - warmupSteps),
      alpha: 0.01,
    }),
  })
}

/** Over how many updates the learning rate of this model falls; undefined where it does not, as it does in all of ours. */
export function updatesOf(model: Model): number | undefined {
  const rate = model.optimizer?.config().learning_rate as RateConfig | undefined
  const { decay_steps: decay, warmup_steps: warmup } = rate?.config ?? {}
  return typeof decay === 'number' && typeof warmup === 'number' ? decay + warmup : undefined
}

type RateConfig = { config?: { decay_steps?: unknown; warmup_steps?: unknown } }
