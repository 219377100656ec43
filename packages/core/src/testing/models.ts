import { sliceRows } from '../data/tensor.ts'
import type { Engine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { type Sequential, sequential } from '../model/sequential.ts'
import type { Callback } from '../training/callbacks.ts'
import type { Batch } from '../training/sources.ts'
import { numbers, oneHot } from './data.ts'

/** The seed job in small: an LSTM over 4 steps of 3 features, dropout, and three classes; Adam keeps two slots a weight. */
export function classifier(engine: Engine = reference(), seed = 7): Sequential {
  const model = sequential(
    [
      layers.lstm({ units: 5, dropout: 0.2, inputShape: [4, 3] }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { engine, seed },
  )
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  return model
}

/** Samples for `classifier`: 22 of them, so that batches of 4 end in a short one. */
export const SAMPLES = { x: numbers([22, 4, 3], 11), y: oneHot([22], 3, 12) }

/** They, in batches as a source gives them. */
export function* batches(size = 4): Generator<Batch> {
  const { x, y } = SAMPLES
  for (let at = 0; at < 22; at += size) {
    const rows = Math.min(size, 22 - at)
    yield [sliceRows(x, at, rows), sliceRows(y, at, rows)]
  }
}

/** Again and again. */
export function* endless(): Generator<Batch> {
  while (true) yield* batches()
}

/** Asks for a stop when so many batches are done. */
export function stopAfter(model: Sequential, batches: number): Callback {
  let done = 0
  return {
    onBatchEnd: () => {
      done++
      if (done === batches) model.stopTraining = true
    },
  }
}
