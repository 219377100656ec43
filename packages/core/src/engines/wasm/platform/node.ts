import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { parentPort, Worker } from 'node:worker_threads'
import type { Platform, Thread } from './platform.ts'

/** V8's flags by feature, with the first Node that has the feature behind its flag. */
const FLAGS = {
  'relaxed-simd': { flag: '--experimental-wasm-relaxed-simd', node: 20 },
  revectorization: { flag: '--experimental-wasm-revectorize', node: 24 },
}

export const platform: Platform = {
  parallelism: availableParallelism(),
  mayBlock: true,
  mayShare: true,

  async read(url) {
    const bytes = await readFile(url)
    return new Uint8Array(bytes)
  },

  spawn(entry) {
    // spelt out twice, so that bundlers see both files
    const worker =
      entry === 'worker'
        ? new Worker(new URL('../worker.js', import.meta.url))
        : new Worker(new URL('../host.js', import.meta.url))
    worker.unref()
    return threadOf(worker)
  },

  receive(handler) {
    parentPort?.on('message', handler)
  },

  post(message, transfer = []) {
    parentPort?.postMessage(message, transfer)
  },

  enable(feature) {
    const { flag, node } = FLAGS[feature]
    const [major] = process.versions.node.split('.')
    if (Number(major) < node) return false
    setFlagsFromString(flag)
    return true
  },
}

function threadOf(worker: Worker): Thread {
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    onMessage: (handler) => void worker.on('message', handler),
    onEnd(handler) {
      let reason = 'it ended'
      worker.on('error', (error) => {
        reason = error instanceof Error ? error.message : String(error)
      })
      worker.on('exit', () => handler(reason))
    },
    reference: (on) => (on ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  }
}
