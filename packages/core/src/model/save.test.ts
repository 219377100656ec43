import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { Json } from '../config/keras.ts'
import { reference } from '../engines/reference/reference.ts'
import { FileError, OptionError } from '../errors.ts'
import { decodeSafetensors } from '../file/safetensors.ts'
import * as layers from '../layers/index.ts'
import { ENGINES } from '../testing/engines.ts'
import { descriptionOf } from '../testing/files.ts'
import { classifier, SAMPLES, stopAfter } from '../testing/models.ts'
import { loadModel } from './load.ts'
import { sequential } from './sequential.ts'

const { x, y } = SAMPLES
const folder = await mkdtemp(join(tmpdir(), 'carousel-save-'))
afterAll(() => rm(folder, { recursive: true }))

describe.each(ENGINES)('a file saved on $name', ({ engine }) => {
  it('holds weights in Keras’s names, shapes and order, and the slots, as float32', async () => {
    const model = classifier(engine)
    await model.fit(x, y, { batchSize: 4 })
    const { tensors } = decodeSafetensors(await model.saveBytes(), 'the file')
    const weights = [
      ['lstm/kernel', [3, 20]],
      ['lstm/recurrent_kernel', [5, 20]],
      ['lstm/bias', [20]],
      ['dense/kernel', [5, 3]],
      ['dense/bias', [3]],
    ] as const
    const slots = ['momentum', 'velocity'].flatMap((slot) =>
      weights.map(([name, shape]) => [`optimizer/${slot}/${name}`, shape]),
    )
    expect([...tensors].map(([name, { shape }]) => [name, shape])).toEqual([...weights, ...slots])
    const found = await model.getWeights()
    for (const [index, { data }] of [...tensors.values()].slice(0, 5).entries())
      expect(data).toEqual(found[index].data)
  })

  it('names the SHA-256 of all weights in getWeights order, as anybody can compute it', async () => {
    const model = classifier(engine)
    const hash = createHash('sha256')
    for (const { data } of await model.getWeights())
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    const sha = hash.digest('hex')
    expect(await model.weightsSha256()).toBe(sha)
    expect(descriptionOf(await model.saveBytes()).weightsSha256).toBe(sha)
  })

  it('can be saved again after it was loaded, and is the same', async () => {
    const model = classifier(engine)
    await model.fit(x, y, { batchSize: 4 })
    const bytes = await model.saveBytes()
    expect(await (await loadModel(bytes, { engine })).saveBytes()).toEqual(bytes)
  })

  it('can be saved while it is being trained', async () => {
    const model = classifier(engine)
    const saved: Promise<Uint8Array>[] = []
    await model.fit(x, y, {
      batchSize: 4,
      epochs: 2,
      callbacks: [{ onBatchEnd: () => void saved.push(model.saveBytes()) }],
    })
    // nobody waited for the saves, and yet none is torn
    for (const bytes of await Promise.all(saved)) await loadModel(bytes, { engine })
  })
})

describe('save', () => {
  it('writes what saveBytes gives, and loadModel reads it by path and URL', async () => {
    const model = classifier()
    const path = join(folder, 'modell größer 日本.safetensors')
    await model.save(path)
    expect(new Uint8Array(await readFile(path))).toEqual(await model.saveBytes())
    for (const from of [path, pathToFileURL(path)]) {
      const loaded = await loadModel(from, { engine: reference() })
      expect(await loaded.weightsSha256()).toBe(await model.weightsSha256())
    }
  })

  it('says where it cannot write, and loadModel what it cannot read', async () => {
    const path = join(folder, 'no such folder', 'model.safetensors')
    await expect(classifier().save(path)).rejects.toThrow(FileError)
    await expect(loadModel(path)).rejects.toThrow(`cannot read '${path}': there is no such file or folder`)
    await expect(loadModel(folder)).rejects.toThrow(/it is a folder/)
    expect((await readdir(folder)).every((name) => name.endsWith('.safetensors'))).toBe(true)
  })

  it('keeps numbers that JSON has not, in words, and the sums of an epoch under way exactly', async () => {
    const model = classifier()
    model.provenance = { history: { valLoss: [1, Number.NaN, Number.POSITIVE_INFINITY] } }
    expect(descriptionOf(await model.saveBytes()).provenance).toEqual({
      history: { valLoss: [1, 'NaN', 'Infinity'] },
    })

    model.compile({ loss: 'meanAbsoluteError', metrics: ['meanSquaredError'] })
    const far = { shape: y.shape, data: new Float32Array(y.data.length).fill(1e30) }
    await model.fit(x, far, { batchSize: 4, callbacks: [stopAfter(model, 1)] })
    expect(model.position?.figures?.sums[2][0]).toBe(Number.POSITIVE_INFINITY)
    const loaded = await loadModel(await model.saveBytes(), { engine: reference() })
    expect(loaded.position).toEqual(model.position)
  })

  it('refuses a preparation that could not be read again', async () => {
    const ring: Record<string, Json> = {}
    ring.self = ring
    for (const preparation of [ring, JSON.parse('{"__proto__":1}')]) {
      const model = classifier()
      model.preparation = preparation
      await expect(model.saveBytes()).rejects.toThrow(OptionError)
      await expect(model.saveBytes()).rejects.toThrow(/cannot be saved: in labels, preparation or provenance/)
    }
  })

  it('takes a preparation of many megabytes', async () => {
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { engine: reference() })
    model.preparation = {
      text: 'carousel "quoted" '.repeat(800_000),
      words: Array.from({ length: 50_000 }, (_, i) => `w${i}`),
    }
    expect((await loadModel(await model.saveBytes(), { engine: reference() })).preparation).toEqual(
      model.preparation,
    )
  })
})
