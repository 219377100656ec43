import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { wasm } from '../engines/wasm/index.ts'
import { LocalMachine } from '../engines/wasm/machine.ts'
import * as layers from '../layers/index.ts'
import { input } from '../layers/input.ts'
import { model } from '../model/functional.ts'
import { sequential } from '../model/sequential.ts'
import { numbers } from '../testing/data.ts'
import { classifier, SAMPLES } from '../testing/models.ts'
import type { MemoryReport } from '../testing/watchMemory.ts'

describe('after planning', () => {
  it.each([1, 2])(
    'a training step and a push allocate nothing, with %d threads',
    { timeout: 180_000 },
    (threads) => {
      const script = fileURLToPath(new URL('../testing/watchMemory.js', import.meta.url))
      const output = execFileSync(process.execPath, ['--expose-gc', script, String(threads)], {
        encoding: 'utf8',
      })
      const { steps, bytesAStep, bytesAPush, heapGrowth, arrayGrowth, grows } = JSON.parse(
        output,
      ) as MemoryReport
      expect(steps).toBeGreaterThan(2000)
      // V8 boxes the numbers that a clock returns, some 30 bytes a step; one array made anew would weigh more than this
      expect(bytesAStep).toBeLessThan(150)
      expect(bytesAPush).toBeLessThan(30)
      // V8's own tables and code come and go by some 300 KB; an object that each step left behind would be megabytes
      expect(heapGrowth).toBeLessThan(1_000_000)
      expect(arrayGrowth).toBeLessThanOrEqual(0)
      expect(grows).toBe(0)
    },
  )
})

describe('memory is used again', () => {
  /** Bytes of WebAssembly's memory after some work, and after as much again. */
  async function growth(work: () => Promise<void>): Promise<number> {
    const { grow } = WebAssembly.Memory.prototype
    let pages = 0
    WebAssembly.Memory.prototype.grow = function (delta) {
      pages += delta
      return grow.call(this, delta)
    }
    try {
      await work()
      const first = pages
      await work()
      await work()
      return pages - first
    } finally {
      WebAssembly.Memory.prototype.grow = grow
    }
  }

  it('by predictions in batches of every size, and sequences of every length', async () => {
    const model = sequential([layers.lstm({ units: 8, returnSequences: true, inputShape: [null, 3] })], {
      engine: wasm({ threads: 1 }),
      seed: 1,
    })
    const grown = await growth(async () => {
      for (const steps of [2, 40, 7, 80, 3]) {
        for (const rows of [1, 3, 17, 60, 200])
          await model.predict(numbers([rows, steps, 3]), { batchSize: rows })
      }
    })
    expect(grown).toBe(0)
  })

  it('by sequences of two inputs, whose lengths take turns', async () => {
    const [a, b] = [input({ shape: [null, 3] }), input({ shape: [null, 3] })]
    const read = [a, b].map((each) => layers.lstm({ units: 8 }).apply(each))
    const both = model({ inputs: [a, b], outputs: layers.add().apply(read), engine: wasm({ threads: 1 }) })
    const { load } = LocalMachine.prototype
    let plans = 0
    LocalMachine.prototype.load = function (...args) {
      plans++
      return load.apply(this, args)
    }
    try {
      for (let i = 0; i < 3; i++)
        for (const steps of [
          [9, 4],
          [4, 9],
        ])
          await both.predict(steps.map((length) => numbers([2, length, 3])))
    } finally {
      LocalMachine.prototype.load = load
    }
    // the weights', then one for the first lengths, one that fits both
    expect(plans).toBe(3)
  })

  it('by one model that is compiled and trained again and again', async () => {
    const model = classifier(wasm({ threads: 1 }))
    const grown = await growth(async () => {
      for (let i = 0; i < 20; i++) {
        model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
        await model.fit(SAMPLES.x, SAMPLES.y, { batchSize: 4 + i, validationData: [SAMPLES.x, SAMPLES.y] })
      }
    })
    expect(grown).toBe(0)
  })
})
