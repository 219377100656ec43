// The seed job in TensorFlow.js on its wasm backend, batches from tensors in memory.
import { dataOf, JOBS, SAMPLES } from '../family.mjs'
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

const LAYERS = {
  bidirectional: () => [
    tf.layers.masking({ inputShape: [100, 32] }),
    tf.layers.bidirectional({
      layer: tf.layers.lstm({ units: 64, returnSequences: true }),
      mergeMode: 'concat',
    }),
    tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 64 }), mergeMode: 'concat' }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
  gru: () => [
    tf.layers.gru({ units: 128, inputShape: [28, 28] }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
  stacked: () => [
    tf.layers.lstm({ units: 256, returnSequences: true, inputShape: [28, 28] }),
    tf.layers.lstm({ units: 256 }),
    tf.layers.dense({ units: 10, activation: 'softmax' }),
  ],
  text: () => [
    tf.layers.embedding({ inputDim: 10_000, outputDim: 64, inputShape: [200] }),
    tf.layers.lstm({ units: 128 }),
    tf.layers.dense({ units: 1, activation: 'sigmoid' }),
  ],
}

const jobs = new Map()

function openJob(name) {
  const { batch, shape, classes, ...job } = JOBS[name]
  const model = tf.sequential({ layers: LAYERS[name]() })
  const loss = classes === 1 ? 'binaryCrossentropy' : 'categoricalCrossentropy'
  model.compile({ optimizer: 'adam', loss, metrics: ['accuracy'] })
  const { x, y } = dataOf({ shape, classes, ...job })
  const made = { model, batch, x: tf.tensor(x, [SAMPLES, ...shape]), y: tf.tensor(y, [SAMPLES, classes]) }
  return { ...made, next: 0 }
}

/** One of the family's jobs, batch by batch; the bench's own warm-up is its first one. */
async function family({ job: name, seconds }) {
  if (!jobs.has(name)) jobs.set(name, openJob(name))
  const job = jobs.get(name)
  const sliceOf = (tensor, first) => tensor.slice(first, job.batch)
  return repeatFor(seconds, job.batch, async () => {
    const first = (job.next++ * job.batch) % SAMPLES
    const [x, y] = [sliceOf(job.x, first), sliceOf(job.y, first)]
    await job.model.trainOnBatch(x, y)
    tf.dispose([x, y])
  })
}

async function step() {
  const first = (batch++ * BATCH) % data.count
  const x = data.x.slice([first, 0, 0], [BATCH, 28, 28])
  const y = data.y.slice([first, 0], [BATCH, 10])
  await model.trainOnBatch(x, y)
  tf.dispose([x, y])
}

const train = ({ seconds }) => repeatFor(seconds, BATCH, step)

await serve({ start, train, family })
