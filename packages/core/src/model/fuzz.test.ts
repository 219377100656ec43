import fc from 'fast-check'
import { expect, it } from 'vitest'
import { reference } from '../engines/reference/reference.ts'
import { FileError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import * as optimizers from '../optimizers/index.ts'
import { descriptionOf, withDescription } from '../testing/files.ts'
import { stopAfter } from '../testing/models.ts'
import { loadModel } from './load.ts'
import { sequential } from './sequential.ts'

const RUNS = 10_000
const SLOW = 180_000

/** A small model half-way through an epoch, so that its file holds everything that a file can hold. */
async function smallFile(): Promise<Uint8Array> {
  const model = sequential([layers.dense({ units: 1, inputShape: [2] })], { engine: reference(), seed: 1 })
  model.compile({ optimizer: optimizers.sgd({ momentum: 0.9 }), loss: 'meanSquaredError', metrics: ['mae'] })
  model.labels = ['one']
  model.preparation = { scale: [0.5, 1], words: { a: 1 } }
  await model.fit(
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    [[1], [2], [3]],
    { batchSize: 1, callbacks: [stopAfter(model, 1)] },
  )
  return model.saveBytes()
}

const bytes = await smallFile()
const text = JSON.stringify(descriptionOf(bytes))

/** One change: bytes are replaced, inserted, dropped, or copied from elsewhere. */
const edit = fc.record({
  kind: fc.constantFrom('flip', 'replace', 'insert', 'drop', 'copy'),
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  from: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  count: fc.integer({ min: 1, max: 12 }),
  byte: fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...Buffer.from('"{}[]:,-+.0123456789eE\\ntf'), 0, 255),
  ),
})
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

function apply(given: Uint8Array, { kind, at, from, count, byte }: Edit): Uint8Array {
  const start = Math.floor(at * given.length)
  const bytes = Array.from(given)
  if (kind === 'flip') bytes[start] ^= 1 << (byte % 8)
  else if (kind === 'replace') bytes[start] = byte
  else if (kind === 'insert') bytes.splice(start, 0, ...new Array<number>(count).fill(byte))
  else if (kind === 'drop') bytes.splice(start, count)
  else bytes.splice(start, count, ...bytes.slice(Math.floor(from * bytes.length)).slice(0, count))
  return Uint8Array.from(bytes)
}

const mutated = (given: Uint8Array) =>
  fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => edits.reduce(apply, given))

/** Either a FileError, or a model that computes and can be saved and loaded again. */
async function loadsSoundly(changed: Uint8Array): Promise<void> {
  const model = await loadModel(changed, { engine: reference() }).catch((error) => {
    expect(error).toBeInstanceOf(FileError)
    return null
  })
  if (!model) return
  const shape = (model.inputShape ?? []).map((dim) => dim ?? 1)
  const x = { shape: [1, ...shape], data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }
  const { data } = await model.predict(x)
  expect(data.length).toBeGreaterThan(0)
  await loadModel(await model.saveBytes(), { engine: reference() })
}

it(`a file changed at random bytes is refused, or loads soundly (${RUNS} files)`, {
  timeout: SLOW,
}, async () => {
  await fc.assert(fc.asyncProperty(mutated(bytes), loadsSoundly), { seed: 2026, numRuns: RUNS })
})

it(`a description changed at random characters is refused, or loads soundly (${RUNS} files)`, {
  timeout: SLOW,
}, async () => {
  const changed = mutated(new TextEncoder().encode(text)).map((found) =>
    withDescription(bytes, new TextDecoder().decode(found)),
  )
  await fc.assert(fc.asyncProperty(changed, loadsSoundly), { seed: 1997, numRuns: RUNS })
})
