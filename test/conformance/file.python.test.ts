import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Layer, layers, sequential, type Tensor } from '@carousel/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonTensor } from './keras.ts'
import { inRepository, Peer, python } from './peer.ts'

const SLOW = 120_000

/** What keras_config.py is asked, and what it answers. */
interface Question {
  file: string
  x: JsonTensor
}
interface Rebuilt {
  weightNames: string[]
  shapes: number[][]
  compiled: boolean
  outputs: JsonTensor
  differences: string[]
}

/** What torch_safetensors.py prints. */
interface Opened {
  metadata: string[]
  tensors: { name: string; shape: number[]; dtype: string }[]
  torchEqualsNumpy: boolean
  weights: string[]
  weightsSha256: string
  declaredSha256: string
}

const classifier = (layer: Layer) => [layer, layers.dense({ units: 3, activation: 'softmax' })]
const inputShape = [6, 5]

const MODELS: Record<string, Layer[]> = {
  lstm: classifier(layers.lstm({ units: 7, inputShape })),
  gru: classifier(layers.gru({ units: 7, inputShape })),
  'gru that resets before': classifier(layers.gru({ units: 7, resetAfter: false, inputShape })),
  'simple rnn': classifier(layers.simpleRNN({ units: 7, activation: 'relu', inputShape })),
  stack: [
    layers.lstm({ units: 6, returnSequences: true, useBias: false, dropout: 0.25, inputShape }),
    layers.lstm({ units: 4, recurrentActivation: 'relu', unitForgetBias: false }),
    layers.dropout({ rate: 0.5 }),
    ...classifier(layers.activation({ activation: 'tanh' })),
  ],
  words: [layers.embedding({ inputDim: 20, outputDim: 4, inputShape: [6] }), ...classifier(layers.flatten())],
}

describe('a saved model, opened in Python', () => {
  let folder: string
  let keras: Peer<Question, Rebuilt>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'carousel-'))
    keras = await Peer.start<Question, Rebuilt>('keras_config.py')
  }, SLOW)
  afterAll(async () => {
    await keras.close()
    rmSync(folder, { recursive: true })
  }, SLOW)

  it.each(Object.keys(MODELS))('%s', { timeout: SLOW }, async (name) => {
    const model = await trained(MODELS[name])
    const file = join(folder, `${name}.safetensors`)
    await model.save(file)

    const x = samples(model.inputShape as number[])
    const rebuilt = await keras.ask({ file, x: { shape: [...x.shape], data: [...x.data] } })
    expect(rebuilt.differences, 'what Keras would have written otherwise').toEqual([])
    expect(rebuilt.weightNames).toEqual(model.weightNames)
    expect(rebuilt.compiled).toBe(true)
    const ours = await model.predict(x)
    expect(rebuilt.outputs.shape).toEqual(ours.shape)
    rebuilt.outputs.data.forEach((value, i) => {
      expect(value).toBeCloseTo(ours.data[i], 5)
    })

    const script = inRepository('test/conformance/torch_safetensors.py')
    const opened: Opened = JSON.parse(execFileSync(python(), [script, file], { encoding: 'utf8' }))
    expect(opened.torchEqualsNumpy).toBe(true)
    expect(opened.weights).toEqual(model.weightNames)
    expect(new Set(opened.tensors.map(({ dtype }) => dtype))).toEqual(new Set(['float32']))
    expect(opened.tensors.some(({ name }) => name === `optimizer/velocity/${model.weightNames[0]}`)).toBe(
      true,
    )
    expect(opened.weightsSha256).toBe(await model.weightsSha256())
    expect(opened.declaredSha256).toBe(opened.weightsSha256)
  })
})

/** After a step of Adam, so that there are slots too. */
async function trained(chain: Layer[]) {
  const model = sequential(chain, { seed: 7 })
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
  const oneHot = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 0, 0],
  ]
  await model.fit(samples(model.inputShape as number[]), oneHot)
  return model
}

/** Four samples. Whole numbers are words where the model takes words, and numbers elsewhere. */
function samples(shape: number[]): Tensor {
  const length = 4 * shape.reduce((product, n) => product * n, 1)
  return { shape: [4, ...shape], data: Float32Array.from({ length }, (_, i) => (7 * i) % 5) }
}
