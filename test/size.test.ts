import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type OutputChunk, type Plugin, rolldown } from 'rolldown'
import { describe, expect, it } from 'vitest'

/** What a page downloads, in bytes after gzip. */
interface Size {
  code: number
  kernels: number
  total: number
  /** Code that is loaded when it is first needed (`explain`, other layers than the seed job's); not in `total`. */
  onDemand: number
}

const wasmFolder = new URL('../../packages/core/wasm/', import.meta.url)
const gzipped = (bytes: string | Uint8Array) => gzipSync(bytes, { level: 9 }).length
const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)

/**
 * Bundles code that imports the built package as a page does, its workers too, and weighs it with kernels: everything
 * that page or workers import, directly or not, before anything is asked for on demand.
 */
async function measure(source: string, kernels: string[]): Promise<Size> {
  const bundle = await rolldown({
    input: 'page.js',
    platform: 'browser',
    external: /^node:/,
    plugins: [page(source), workers()],
  })
  const { output } = await bundle.generate({ format: 'esm', minify: true, comments: false })
  await bundle.close()

  const chunks = output.filter((file) => file.type === 'chunk')
  const needed = reachable(chunks)
  const weigh = (some: OutputChunk[]) => sum(some.map(({ code }) => gzipped(code)))
  const code = weigh(chunks.filter(({ fileName }) => needed.has(fileName)))
  const onDemand = weigh(chunks.filter(({ fileName }) => !needed.has(fileName)))
  const binaries = sum(kernels.map((name) => gzipped(readFileSync(new URL(name, wasmFolder)))))
  return { code, kernels: binaries, total: code + binaries, onDemand }
}

/** Names of the chunks of page and workers, without what they import dynamically: that waits until it is asked for. */
function reachable(chunks: readonly OutputChunk[]): Set<string> {
  const found = new Set(chunks.filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  // a set's loop also visits what is added meanwhile
  for (const name of found) {
    const chunk = chunks.find(({ fileName }) => fileName === name)
    for (const imported of chunk?.imports ?? []) found.add(imported)
  }
  return found
}

/** A page of one module, given as text. */
function page(source: string): Plugin {
  return {
    name: 'page',
    resolveId: (id) => (id === 'page.js' ? fileURLToPath(new URL('../page.js', import.meta.url)) : undefined),
    load: (id) => (basename(id) === 'page.js' ? source : undefined),
  }
}

/** `new URL('./worker.js', import.meta.url)` names a script that a page downloads as well: one more entry. */
function workers(): Plugin {
  return {
    name: 'workers',
    async transform(code, id) {
      for (const [, path] of code.matchAll(
        /new URL\(\s*['"]([^'"]+\.js)['"]\s*,\s*import\.meta\.url\s*\)/g,
      )) {
        const worker = await this.resolve(path, id)
        if (worker) this.emitFile({ type: 'chunk', id: worker.id })
      }
    },
  }
}

const KIB = 1024
const kib = (bytes: number) => `${(bytes / KIB).toFixed(1)} KiB`
const everyKernel = readdirSync(wasmFolder).filter((name) => name.endsWith('.wasm'))

function tell(what: string, { code, kernels, total, onDemand }: Size): void {
  console.log(
    `${what}: ${kib(total)} gzipped (code ${kib(code)}, kernels ${kib(kernels)}); on demand ${kib(onDemand)} more`,
  )
}

describe('the size of @carousel/core', () => {
  // bundlers cut the code into chunks, which cost something: a change may move the sum by a few hundred bytes either way
  it('is at most 60 KiB gzipped for what the seed job imports, with the simd and relaxed kernels', async () => {
    const seedJob = `import { layers, loadModel, sequential } from '@carousel/core'
                     globalThis.seedJob = [sequential, layers.lstm, layers.dense, loadModel]`
    const size = await measure(seedJob, ['relaxed.wasm'])
    tell('What the seed job imports', size)
    expect(size.total).toBeLessThanOrEqual(60 * KIB)
  })

  it('is at most 100 KiB gzipped for LSTM, GRU and SimpleRNN classifiers and regressors, with every kernel', async () => {
    const classic = `
      import { enableRelaxedSimd, enableTurbo, initializers, layers, loadModel, losses, optimizers, reference, sequential, wasm }
        from '@carousel/core'
      globalThis.classic = [
        layers.lstm, layers.gru, layers.simpleRNN,
        layers.activation, layers.dense, layers.dropout, layers.embedding, layers.flatten,
        losses.binaryCrossentropy, losses.categoricalCrossentropy, losses.sparseCategoricalCrossentropy,
        losses.meanAbsoluteError, losses.meanSquaredError,
        optimizers.adam, optimizers.adamW, optimizers.rmsprop, optimizers.sgd,
        enableRelaxedSimd, enableTurbo, initializers, loadModel, reference, sequential, wasm,
      ]`
    const size = await measure(classic, everyKernel)
    tell('What classifiers and regressors import', size)
    expect(size.total).toBeLessThanOrEqual(100 * KIB)
  })

  it('is at most 165 KiB gzipped for all of it, with every kernel', async () => {
    const everything = `import * as core from '@carousel/core'
                        globalThis.core = { ...core }`
    const size = await measure(everything, everyKernel)
    tell('All of core', size)
    expect(size.total + size.onDemand).toBeLessThanOrEqual(165 * KIB)
  })
})
