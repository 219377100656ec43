// Inference of the seed job in ONNX Runtime's package for Node. It does not train.
import { serve } from './protocol.mjs'
import { readData, repeatFor } from './tools.mjs'

let ort
let session
let pictures

async function start({ threads, data, model }) {
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

await serve({ start, infer })
