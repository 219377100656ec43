/**
 * A process that trains once: `node trainOnce.js KERNELS THREADS…`. Prints the SHA-256 of the weights for each number of
 * threads, as JSON. Every recurrent cell is there, and sizes that fit no tile.
 */

import { enableRelaxedSimd, wasm } from '../engines/wasm/index.ts'
import * as layers from '../layers/index.ts'
import { sequential } from '../model/sequential.ts'
import { wholeNumbers } from './data.ts'
import { ready } from './ready.ts'

type Kernels = 'simd' | 'relaxed' | 'turbo'

const SAMPLES = 90
const STEPS = 7

/** SHA-256 of the weights after three epochs of batches of 35, 35 and 20. */
export async function trainOnce(kernels: Kernels, threads: number, seed = 3): Promise<string | null> {
  const model = sequential(
    [
      layers.embedding({ inputDim: 23, outputDim: 9, inputShape: [STEPS] }),
      layers.lstm({ units: 21, returnSequences: true, dropout: 0.2 }),
      layers.gru({ units: 18, returnSequences: true }),
      layers.gru({ units: 10, resetAfter: false, returnSequences: true }),
      layers.simpleRNN({ units: 33 }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 5, activation: 'softmax' }),
    ],
    { engine: wasm({ kernels, threads }), seed },
  )
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' })
  // before the workers are there, thread 0 would do everything
  await model.getWeights()
  await ready(threads)
  await model.fit(wholeNumbers([SAMPLES, STEPS], 23), wholeNumbers([SAMPLES], 5), {
    epochs: 3,
    batchSize: 35,
  })
  return model.weightsSha256()
}

if (process.argv[1]?.endsWith('trainOnce.js')) {
  enableRelaxedSimd()
  const [kernels, ...threads] = process.argv.slice(2)
  const hashes = []
  for (const count of threads) hashes.push(await trainOnce(kernels as Kernels, Number(count)))
  console.log(JSON.stringify(hashes))
}
