// Inference of the seed job in ONNX Runtime's package for Node. It does not train.
import { serve } from './protocol.mjs'
import { readData, repeatFor } from './tools.mjs'

let ort
let session
let pictures
let path

async function start({ threads, data, model }) {
  path = model
  ort = (await import('onnxruntime-node')).default
  const { readFileSync } = await import('node:fs')
  const { version } = JSON.parse(
    readFileSync(new URL('../node_modules/onnxruntime-node/package.json', import.meta.url)),
  )
  session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, interOpNumThreads: 1 })
  pictures = readData(data).x
  return { version }
}

async function infer({ batch, seconds }) {
  const x = new ort.Tensor('float32', pictures.slice(0, batch * 784), [batch, 28, 28])
  return repeatFor(seconds, batch, () => session.run({ x }))
}

/** Steps in one measured call. */
const STEPS = 100

/** One step at a time, the states passed in and out. */
async function stream({ seconds }) {
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1 }
  const step = await ort.InferenceSession.create(path.replace('.onnx', '-step.onnx'), options)
  const x = new ort.Tensor('float32', pictures.slice(0, 28), [1, 1, 28])
  const zeros = () => new ort.Tensor('float32', new Float32Array(128), [1, 1, 128])
  let [h, c] = [zeros(), zeros()]
  return repeatFor(seconds, STEPS, async () => {
    for (let i = 0; i < STEPS; i++) ({ h_out: h, c_out: c } = await step.run({ x, h, c }))
  })
}

await serve({ start, infer, stream })
