import type { Float32Tensor, TensorLike } from '../data/tensor.ts'
import { toTensor } from '../data/tensor.ts'
import type { Optimizer } from '../optimizers/index.ts'
import { sgd } from '../optimizers/index.ts'
import { type Callback, CallbackList, type CallbackModel, type EpochLogs } from '../training/callbacks.ts'
import type { Position } from '../training/position.ts'

/** Figures of an epoch, in a script; `batches` those after each of its batches. */
export type ScriptedLogs = { readonly loss: number; readonly batches?: readonly { readonly loss: number }[] }

/** A model that computes nothing: one weight, which holds the number of the epoch, and an optimizer with a rate. */
export class ScriptedModel implements CallbackModel {
  readonly name = 'scripted'
  stopTraining = false
  readonly optimizer: Optimizer
  position: Position | null = null
  weight = -1
  readonly saved: string[] = []

  constructor(learningRate = 0.5) {
    this.optimizer = sgd({ learningRate })
  }

  async getWeights(): Promise<Float32Tensor[]> {
    return [{ shape: [1], data: Float32Array.of(this.weight) }]
  }

  async setWeights([weight]: readonly TensorLike[]): Promise<void> {
    this.weight = toTensor(weight, 'weight').data[0]
  }

  getConfig() {
    return { name: 'scripted', layers: [] }
  }

  async save(path: string | URL): Promise<void> {
    this.saved.push(String(path))
  }

  async saveBytes(): Promise<Uint8Array> {
    return new Uint8Array(0)
  }
}

export interface ScriptedRun {
  readonly first?: number
  readonly resumed?: boolean
  readonly validates?: boolean
}

/** Calls the hooks as `fit` does; returns the learning rate of every epoch that was run, and what was logged of it. */
export async function runScript(
  callbacks: readonly Callback[],
  model: ScriptedModel,
  epochs: readonly ScriptedLogs[],
  { first = 0, resumed = false, validates = true }: ScriptedRun = {},
): Promise<{ rates: number[]; logged: (number | null)[]; logs: EpochLogs[] }> {
  const list = new CallbackList(callbacks, model)
  const rates: number[] = []
  const logged: (number | null)[] = []
  const all: EpochLogs[] = []
  const end = first + epochs.length
  await list.call('onTrainBegin', { epochs: end, batches: null, batchSize: null, validates, resumed })
  for (const [index, { batches = [], ...figures }] of epochs.entries()) {
    const epoch = first + index
    await list.call('onEpochBegin', epoch)
    rates.push(model.optimizer.learningRate)
    for (const [batch, batchFigures] of batches.entries()) {
      await list.call('onTrainBatchBegin', batch)
      const logs = { ...batchFigures, size: 1, batches: batches.length, samples: batches.length }
      await list.call('onTrainBatchEnd', batch, logs)
    }
    model.weight = epoch
    model.position = positionAt(epoch + 1)
    const logs: EpochLogs = { ...figures, seconds: 1, samplesPerSecond: 1 }
    await list.call('onEpochEnd', epoch, logs)
    logged.push(logs.learningRate ?? null)
    all.push(logs)
    if (model.stopTraining) break
  }
  await list.call('onTrainEnd', all.at(-1) ?? null)
  return { rates, logged, logs: all }
}

function positionAt(epoch: number): Position {
  return {
    epoch,
    batch: 0,
    step: epoch,
    begun: epoch,
    batchSize: 1,
    shuffle: false,
    samples: 1,
    figures: null,
  }
}
