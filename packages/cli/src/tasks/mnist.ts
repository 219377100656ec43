/**
 * The tutorial's recipe: MNIST's pictures read row by row by one recurrent layer, whose last output a softmax layer
 * turns into ten probabilities. It knows nothing of terminals and files: what happens is told to a listener.
 */

import { type Engine, layers, type Model, optimizers, sequential } from '@carousel/core'
import type { mnist } from '@carousel/datasets'
import { confusionMatrix, rightShare } from './confusion.ts'
import {
  type EpochRecord,
  type MnistOrigin,
  type MnistProvenance,
  type MnistSettings,
  provenanceOf,
  readProvenance,
} from './mnist-provenance.ts'
import { picturePreparation } from './picture.ts'

/** The tutorial's values; the learning rate is the optimizer's own. */
export const mnistDefaults = {
  cell: 'lstm',
  units: 128,
  dropout: 0,
  optimizer: 'adam',
  batchSize: 32,
  epochs: 10,
} as const

/** Keras's. */
export const defaultLearningRates = { sgd: 0.01, rmsprop: 0.001, adam: 0.001, adamw: 0.001 } as const

const cells = { lstm: layers.lstm, gru: layers.gru, rnn: layers.simpleRNN }
const makers = {
  sgd: optimizers.sgd,
  rmsprop: optimizers.rmsprop,
  adam: optimizers.adam,
  adamw: optimizers.adamW,
}
const digits = Array.from({ length: 10 }, (_, digit) => String(digit))

/** The settings' model, compiled. Without a seed one is drawn, and `model.seed` tells it. */
export function mnistModel(
  settings: Omit<MnistSettings, 'seed'> & { seed?: number },
  engine?: Engine,
): Model {
  const { cell, units, dropout, optimizer, learningRate, seed } = settings
  const model = sequential(
    [
      cells[cell]({ units, inputShape: [28, 28] }),
      ...(dropout > 0 ? [layers.dropout({ rate: dropout })] : []),
      layers.dense({ units: digits.length, activation: 'softmax' }),
    ],
    { name: `mnist_${cell}`, seed, engine },
  )
  model.compile({
    optimizer: makers[optimizer]({ learningRate }),
    loss: 'categoricalCrossentropy',
    metrics: ['accuracy'],
  })
  model.labels = digits
  model.preparation = picturePreparation
  return model
}

/** What a model's file says of its origin, if that is whole and speaks of this model: a file may hold anything. */
export function originOf(model: Model): MnistProvenance | undefined {
  const recorded = readProvenance(model.provenance, { cells, optimizers: makers })
  if (!recorded) return undefined
  const { seed, batchSize } = recorded.options
  const described = mnistModel(recorded.options)
  const isDescribed =
    JSON.stringify(described.toJson()) === JSON.stringify(model.toJson()) &&
    seed === model.seed &&
    batchSize === (model.position?.batchSize ?? batchSize)
  return isDescribed ? recorded : undefined
}

/** A training, to be begun or taken up again. */
export interface MnistJob extends MnistOrigin {
  model: Model
  /** Epochs of earlier runs. */
  history: readonly EpochRecord[]
}

export interface MnistBatch {
  /** Epoch and batch are counted from 1. */
  epoch: number
  batch: number
  batches: number
  /** Samples in this batch. */
  size: number
  /** Means of the epoch so far. */
  loss: number
  accuracy: number
}

export interface MnistListener {
  /** Aborted: the batch is finished, and training ends where a resume can go on. */
  signal?: AbortSignal
  onBatch?(batch: MnistBatch): void
  onEpoch?(epoch: EpochRecord): void
  /** The model, its provenance up to date, is worth keeping: after every epoch and after an interruption. */
  checkpoint?(model: Model): Promise<void>
}

export interface MnistResult {
  interrupted: boolean
  /** All epochs, those of earlier runs included. */
  history: readonly EpochRecord[]
}

/** Trains until `settings.epochs` epochs are done in all, or until the signal. */
export async function trainMnist(job: MnistJob, listener: MnistListener = {}): Promise<MnistResult> {
  const { model, data, settings } = job
  const history = [...job.history]
  /** The step at which the model was last given to the listener. */
  let kept: number | undefined
  const keep = async () => {
    model.provenance = provenanceOf(job, history)
    kept = model.position?.step
    await listener.checkpoint?.(model)
  }
  let epoch = 0
  const { interrupted } = await model.fit(data.train.x, data.train.y, {
    epochs: settings.epochs,
    batchSize: settings.batchSize,
    validationData: [data.test.x, data.test.y],
    resume: model.position !== null,
    signal: listener.signal,
    callbacks: [
      {
        onEpochBegin: (index) => {
          epoch = index + 1
        },
        onBatchEnd: (index, { batches, size, loss, accuracy }) =>
          listener.onBatch?.({ epoch, batch: index + 1, batches, size, loss, accuracy }),
        onEpochEnd: async (index, { loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond }) => {
          const record = { epoch: index + 1, loss, accuracy, valLoss, valAccuracy, seconds, samplesPerSecond }
          history.push(record)
          listener.onEpoch?.(record)
          await keep()
        },
      },
    ],
  })
  if (interrupted && model.position?.step !== kept) await keep()
  // also where no epoch was left to do
  model.provenance = provenanceOf(job, history)
  return { interrupted, history }
}

export interface MnistScore {
  accuracy: number
  samples: number
  /** How often [true digit][predicted digit]. */
  confusion: number[][]
}

/** How a model does on pictures whose digits are known. */
export async function scoreMnist(
  model: Model,
  { x, labels }: mnist.MnistPart,
  signal?: AbortSignal,
): Promise<MnistScore> {
  const { data } = await model.predict(x, { batchSize: 250, signal })
  const confusion = confusionMatrix(data, labels.data, digits.length)
  return { accuracy: rightShare(confusion), samples: labels.data.length, confusion }
}
