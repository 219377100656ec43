import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'

const PRELUDE = `import { initializers, layers, loadModel, losses, type Model, optimizers, reference, regularizers, sequential, wasm } from '@carousel/core'
const model = sequential([layers.dense({ units: 1, inputShape: [2] })])
const data = { shape: [1, 2], data: new Float32Array(2) }
export type { Model }
export { data, initializers, layers, loadModel, losses, model, optimizers, reference, regularizers, sequential, wasm }
`

/** What a user may write, and what the compiler is to say to what a user may not. */
const FINE = `
layers.lstm({ units: 128, inputShape: [28, 28], activation: 'relu', recurrentActivation: 'tanh', unitForgetBias: false, returnSequences: true })
layers.gru({ units: 3, resetAfter: false, dropout: 0.5, kernelInitializer: initializers.heNormal({ seed: 1 }), biasInitializer: 'ones' })
layers.simpleRNN({ units: 3, inputShape: [null, 4], useBias: false, name: 'cell' })
layers.dense({ units: 10, activation: 'softmax' })
layers.embedding({ inputDim: 10, outputDim: 3 })
model.compile({ optimizer: optimizers.adamW({ weightDecay: 0.1 }), loss: losses.binaryCrossentropy({ fromLogits: true }), metrics: ['accuracy'] })
model.compile({ optimizer: 'adam', loss: 'mse' })
const history = await model.fit(data, [[1]], { epochs: 2, validationData: [data, [[1]]], signal: new AbortController().signal })
const losses_: number[] = history.history.loss
const predictions: Float32Array = (await model.predict([[1, 2]])).data
const loaded: Model = await loadModel(new Uint8Array(8), { engine: reference() })
loaded.labels = ['a', 'b']
loaded.preparation = { mean: [1, 2], nested: { yes: true } }
sequential([layers.flatten()], { seed: 1, engine: wasm({ threads: 2, kernels: 'simd' }) })
export { losses_, predictions }
`
const WRONG: readonly (readonly [code: string, said: RegExp])[] = [
  ['layers.lstm({ unit: 128 })', /'unit' does not exist.*Did you mean to write 'units'\?/],
  ['layers.lstm({})', /Property 'units' is missing/],
  ["layers.lstm({ units: '128' })", /Type 'string' is not assignable to type 'number'/],
  ['layers.lstm({ units: 1, returnSequence: true })', /Did you mean to write 'returnSequences'\?/],
  ["layers.lstm({ units: 1, stateful: 'yes' })", /'string' is not assignable to type 'boolean \| undefined'/],
  ['layers.lstm({ units: 1, goBackward: true })', /'goBackward' does not exist/],
  [
    "layers.lstm({ units: 1, recurrentDropout: '0.1' })",
    /'string' is not assignable to type 'number \| undefined'|Type 'string' is not assignable/,
  ],
  ["layers.lstm({ units: 1, activation: 'tahn' })", /Type '"tahn"' is not assignable/],
  ["layers.lstm({ units: 1, activation: 'softMax' })", /Type '"softMax"' is not assignable/],
  ['layers.lstm({ units: 1, resetAfter: true })', /'resetAfter' does not exist/],
  ['layers.gru({ units: 1, unitForgetBias: true })', /'unitForgetBias' does not exist/],
  ["layers.dense({ units: 1, kernelInitializer: 'glorot' })", /Type '"glorot"' is not assignable/],
  ["layers.dense({ units: 1, kernelRegularizer: 'l3' })", /Type '"l3"' is not assignable/],
  ['regularizers.l1({ l2: 1 })', /'l2' does not exist/],
  ["layers.dense({ units: 1, biasConstraint: 'max' })", /Type '"max"' is not assignable/],
  ["layers.dense({ units: 1, inputShape: ['28'] })", /Type 'string' is not assignable to type 'number/],
  ['layers.dropout({ rat: 0.5 })', /Did you mean to write 'rate'\?/],
  ['layers.embedding({ inputDim: 1 })', /Property 'outputDim' is missing/],
  ['sequential([5])', /Type 'number' is not assignable to type 'Layer \| Model/],
  ['sequential([], { sed: 1 })', /Did you mean to write 'seed'\?/],
  ["model.compile({ optimizer: 'adma', loss: 'mse' })", /Type '"adma"' is not assignable/],
  ["model.compile({ optimizer: 'adam', los: 'mse' })", /Did you mean to write 'loss'\?/],
  ["model.compile({ loss: 'crossentropy' })", /Type '"crossentropy"' is not assignable/],
  ["model.compile({ loss: 'mse', metrics: ['acuracy'] })", /Type '"acuracy"' is not assignable/],
  ["model.compile({ loss: 'mse', lossWeights: 1 })", /Type 'number' is not assignable/],
  ["optimizers.adam({ clipnorm: '1' })", /Type 'string' is not assignable to type 'number/],
  ['optimizers.adam({ beta_1: 1 })', /Did you mean to write 'beta1'\?/],
  ['losses.categoricalCrossentropy({ smoothing: 0.1 })', /'smoothing' does not exist/],
  ['model.fit(data, data, { batchsize: 3 })', /Did you mean to write 'batchSize'\?/],
  ['model.fit(data, data, { callbacks: [{ onEpochsEnd() {} }] })', /Did you mean to write 'onEpochEnd'\?/],
  ['model.fit(data)', /is not assignable to parameter of type 'BatchSource'/],
  ["model.predict('data')", /Argument of type 'string' is not assignable/],
  ['model.predict({ shape: [1, 2], data: new Float64Array(2) })', /Float64Array/],
  ['model.preparation = () => 1', /is not assignable to type 'Json'/],
  ["wasm({ kernels: 'avx' })", /Type '"avx"' is not assignable/],
  ['loadModel(5)', /Argument of type 'number' is not assignable/],
]

const folder = await mkdtemp(join(tmpdir(), 'carousel-types-'))
afterAll(() => rm(folder, { recursive: true }))

/** What the compiler says of each file. */
async function compile(files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const core = fileURLToPath(new URL('../index.d.ts', import.meta.url))
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: { '@carousel/core': [core] },
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code)
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  const { stdout } = spawnSync(
    process.execPath,
    [join(typescript, 'bin', 'tsc'), '-p', folder, '--pretty', 'false'],
    { encoding: 'utf8' },
  )
  return (name) =>
    stdout
      .split(/\n(?=\S)/)
      .filter((message) => message.includes(`${name}(`))
      .join('\n')
}

describe('types', async () => {
  const files = Object.fromEntries(WRONG.map(([code], index) => [`wrong${index}.ts`, `${PRELUDE}${code}\n`]))
  const said = await compile({ ...files, 'fine.ts': PRELUDE + FINE })

  it('let through what works', () => {
    expect(said('fine.ts')).toBe('')
  })

  it.each(WRONG.map(([code, expected], index) => [code, expected, index] as const))(
    'catch %s',
    (_, expected, index) => {
      expect(said(`wrong${index}.ts`)).toMatch(expected)
    },
  )
})
