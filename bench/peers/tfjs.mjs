// The seed job in TensorFlow.js on its wasm backend, batches from tensors in memory.
import { serve } from './protocol.mjs'
import { BATCH, readData, repeatFor } from './tools.mjs'

let tf
let model
let data
let batch = 0

/** Batches until V8 has optimized the backend; the bench's own warm-up sees only one or two. */
const WARM_UP = 12

async function start({ threads, data: files }) {
  tf = await import('@tensorflow/tfjs')
  const wasm = await import('@tensorflow/tfjs-backend-wasm')
  wasm.setThreadsCount(threads)
  await tf.setBackend('wasm')
  model = tf.sequential({
    layers: [
      tf.layers.lstm({ units: 128, inputShape: [28, 28] }),
      tf.layers.dense({ units: 10, activation: 'softmax' }),
    ],
  })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  const { count, x, y } = readData(files)
  data = { count, x: tf.tensor3d(x, [count, 28, 28]), y: tf.tensor2d(y, [count, 10]) }
  for (let warm = 0; warm < WARM_UP; warm++) await step()
  return { version: `${tf.version.tfjs}, backend ${tf.getBackend()}` }
}

async function step() {
  const first = (batch++ * BATCH) % data.count
  const x = data.x.slice([first, 0, 0], [BATCH, 28, 28])
  const y = data.y.slice([first, 0], [BATCH, 10])
  await model.trainOnBatch(x, y)
  tf.dispose([x, y])
}

const train = ({ seconds }) => repeatFor(seconds, BATCH, step)

await serve({ start, train })
