import type { Engine } from '../engines/engine.ts'
import { reference } from '../engines/reference/reference.ts'
import * as layers from '../layers/index.ts'
import { type Sequential, sequential } from '../model/sequential.ts'
import type { Callback } from '../training/callbacks.ts'
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
