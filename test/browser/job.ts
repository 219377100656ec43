// The seed job in small, the same in Node and in a page: 200 batches of made-up pictures, LSTM(128) → Dense(10).
import { layers, loadModel, sequential, wasm } from '@carousel/core'

export interface JobResult {
  readonly loss: number
  readonly arithmetic: string
  readonly weightsSha256: string | null
  /** Of the model saved, loaded and trained for one epoch more. */
  readonly resumedSha256: string | null
  readonly predictions: readonly number[]
  /** Of the first picture, seen row by row on the calling thread. */
  readonly streamed: readonly number[]
  readonly notes: readonly string[]
}

const SAMPLES = 6400
const PIXELS = 28 * 28

export async function runJob(options: {
  threads?: number
  kernels?: 'auto' | 'simd' | 'relaxed'
}): Promise<JobResult> {
  const { x, y } = makePictures()
  const engine = wasm(options)
  const model = sequential(
    [
      layers.lstm({ units: 128, inputShape: [28, 28], dropout: 0.1 }),
      layers.dense({ units: 10, activation: 'softmax' }),
    ],
    { seed: 1997, engine },
  )
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  const history = await model.fit(x, y, { batchSize: 32 })
  const { notes } = await model.explain()
  const weightsSha256 = await model.weightsSha256()
  const few = { shape: [4, 28, 28], data: x.data.subarray(0, 4 * PIXELS) }
  const { data } = await model.predict(few)
  const stream = await model.stream()
  let streamed: ArrayLike<number> = []
  for (let row = 0; row < PIXELS; row += 28) streamed = stream.push(x.data.subarray(row, row + 28))
  const again = await loadModel(await model.saveBytes(), { engine })
  await again.fit(x, y, { epochs: 2, resume: true, callbacks: [stopAfter(again, 5)] })
  return {
    loss: history.history.loss[0],
    arithmetic: await model.arithmetic(),
    weightsSha256,
    resumedSha256: await again.weightsSha256(),
    predictions: [...data],
    streamed: Array.from(streamed),
    notes,
  }
}

function stopAfter(model: { stopTraining: boolean }, batches: number) {
  return {
    onBatchEnd: (batch: number) => {
      model.stopTraining = batch + 1 >= batches
    },
  }
}

/** Pictures with a bright bar whose row tells the class, in noise; the same numbers everywhere. */
function makePictures() {
  const x = { shape: [SAMPLES, 28, 28], data: new Float32Array(SAMPLES * PIXELS) }
  const y = { shape: [SAMPLES, 10], data: new Float32Array(SAMPLES * 10) }
  let state = 42
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  for (let sample = 0; sample < SAMPLES; sample++) {
    const label = Math.floor(random() * 10)
    y.data[sample * 10 + label] = 1
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const isBar = Math.floor(pixel / 28 / 2.8) === label
      x.data[sample * PIXELS + pixel] = random() * (isBar ? 1 : 0.3)
    }
  }
  return { x, y }
}
