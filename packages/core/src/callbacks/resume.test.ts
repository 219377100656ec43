import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wasm } from '../engines/wasm/index.ts'
import { FileError } from '../errors.ts'
import * as layers from '../layers/index.ts'
import { loadModel } from '../model/load.ts'
import { restoreModel } from '../model/restore.ts'
import { sequential } from '../model/sequential.ts'
import { descriptionOf, patched, withContents, withDescription } from '../testing/files.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import type { Callback } from '../training/callbacks.ts'
import * as callbacks from './index.ts'

const { x, y } = SAMPLES

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carousel-backups-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('the best weights are in the file, too', async () => {
  const options = { monitor: 'loss', mode: 'max', patience: 9, restoreBestWeights: true } as const
  const straight = classifier(wasm())
  await straight.fit(x, y, { epochs: 4, batchSize: 4, callbacks: [callbacks.earlyStopping(options)] })
  const first = classifier(wasm())
  const stop = new AbortController()
  let batches = 0
  const stopping: Callback = {
    onBatchEnd() {
      batches++
      if (batches === 15) stop.abort()
    },
  }
  await first.fit(x, y, {
    epochs: 4,
    batchSize: 4,
    signal: stop.signal,
    callbacks: [callbacks.earlyStopping(options), stopping],
  })
  const file = await first.saveBytes()
  for (const resume of [
    async () => loadModel(file, { engine: wasm() }),
    async () => {
      const model = classifier(wasm())
      await restoreModel(model, file)
      return model
    },
  ]) {
    const second = await resume()
    // the best was the first epoch, long before
    await second.fit(x, y, { epochs: 4, resume: true, callbacks: [callbacks.earlyStopping(options)] })
    expect(await second.weightsSha256()).toBe(await straight.weightsSha256())
    expect(await second.saveBytes()).toEqual(await straight.saveBytes())
  }
})

describe('backupAndRestore', () => {
  const OPTIONS = { epochs: 4, batchSize: 4 } as const
  /** Everything that a training can have: figures of validation, a rate that changes, waiting callbacks. */
  const others = () => [
    callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 10 }),
    callbacks.learningRateScheduler((_, rate) => rate * 0.9),
  ]
  const straight = async () => {
    const model = classifier(wasm())
    const { history } = await model.fit(x, y, { ...OPTIONS, callbacks: others() })
    return { bytes: await model.saveBytes(), rates: history.learningRate }
  }

  it.each([
    ['epoch', 8],
    [1, 8],
    [5, 14],
    ['epoch', 20],
  ] as const)('goes on with the same bits after a crash, saved every %s', async (saveFreq, crash) => {
    const dir = join(folder, `backup-${saveFreq}-${crash}`)
    const backup = () => callbacks.backupAndRestore(dir, { saveFreq })
    let batches = 0
    const crashing: Callback = {
      onBatchEnd() {
        batches++
        if (batches === crash) throw new Error('power cut')
      },
    }
    const first = classifier(wasm())
    await expect(
      first.fit(x, y, { ...OPTIONS, callbacks: [...others(), backup(), crashing] }),
    ).rejects.toThrow('power cut')

    // a new process, another seed: the backup's counts
    const second = classifier(wasm(), 99)
    await second.fit(x, y, { ...OPTIONS, callbacks: [...others(), backup()] })
    expect(await second.saveBytes()).toEqual((await straight()).bytes)
    expect(await readdir(dir)).toEqual([])
  })

  it('keeps what its signal stopped, and goes on from there', async () => {
    const dir = join(folder, 'backup-signal')
    const stop = new AbortController()
    const stopping: Callback = { onBatchEnd: (batch) => (batch === 2 ? stop.abort() : undefined) }
    const first = classifier(wasm())
    const best = callbacks.earlyStopping({ monitor: 'loss', patience: 9, restoreBestWeights: true })
    await first.fit(x, y, {
      ...OPTIONS,
      signal: stop.signal,
      callbacks: [...others(), best, callbacks.backupAndRestore(dir), stopping],
    })
    expect(await readdir(dir)).toEqual(['latest.safetensors'])
    const second = classifier(wasm())
    await second.fit(x, y, { ...OPTIONS, callbacks: [...others(), callbacks.backupAndRestore(dir)] })
    expect(await second.saveBytes()).toEqual((await straight()).bytes)
  })

  it('takes the backup before the last where the last is spoilt', async () => {
    const dir = join(folder, 'backup-double')
    const options = { doubleCheckpoint: true, deleteCheckpoint: false }
    const model = classifier(wasm())
    await model.fit(x, y, { ...OPTIONS, callbacks: [...others(), callbacks.backupAndRestore(dir, options)] })
    await writeFile(join(dir, 'latest.safetensors'), 'spoilt')
    const second = classifier(wasm())
    const { epoch } = await second.fit(x, y, {
      ...OPTIONS,
      callbacks: [...others(), callbacks.backupAndRestore(dir, options)],
    })
    expect(epoch).toEqual([3])
    expect(await second.saveBytes()).toEqual((await straight()).bytes)
  })

  it('takes the one before, whole, where the last lacks a part of the optimizer', async () => {
    const dir = join(folder, 'backup-lacking')
    const options = { doubleCheckpoint: true, deleteCheckpoint: false }
    const model = classifier(wasm())
    await model.fit(x, y, { ...OPTIONS, callbacks: [...others(), callbacks.backupAndRestore(dir, options)] })
    const last = join(dir, 'latest.safetensors')
    const whole = await readFile(last)
    const lacking = withContents(whole, ({ tensors, metadata }) => ({
      tensors: new Map([...tensors].filter(([name]) => name !== 'optimizer/velocity/lstm/bias')),
      metadata,
    }))
    await writeFile(last, withDescription(lacking, patched(descriptionOf(whole), { slotsSha256: null })))
    const restored = classifier(wasm())
    const weights = await restored.getWeights()
    await expect(restoreModel(restored, last)).rejects.toThrow(FileError)
    expect(await restored.getWeights()).toEqual(weights)
    expect(restored.position).toBeNull()
    const second = classifier(wasm())
    const { epoch } = await second.fit(x, y, {
      ...OPTIONS,
      callbacks: [...others(), callbacks.backupAndRestore(dir, options)],
    })
    expect(epoch).toEqual([3])
    expect(await second.saveBytes()).toEqual((await straight()).bytes)
  })

  it('refuses the backup of another model, and a spoilt one', async () => {
    const dir = join(folder, 'backup-other')
    const options = { deleteCheckpoint: false }
    await classifier().fit(x, y, { callbacks: [callbacks.backupAndRestore(dir, options)] })
    const other = sequential([layers.dense({ units: 3, inputShape: [2] })])
    other.compile({ loss: 'mse' })
    const fit = () =>
      other.fit([[1, 2]], [[1, 2, 3]], { callbacks: [callbacks.backupAndRestore(dir, options)] })
    await expect(fit()).rejects.toThrow(/holds another model: its layers differ/)
    await writeFile(join(dir, 'latest.safetensors'), 'spoilt')
    await expect(fit()).rejects.toThrow(FileError)
  })
})
