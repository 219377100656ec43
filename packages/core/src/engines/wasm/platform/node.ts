import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { parentPort, Worker } from 'node:worker_threads'
import type { Platform, Thread } from './platform.ts'

/** V8's flags by feature, with the Nodes that have the feature behind its flag; later ones have it anyway. */
const FLAGS = {
  'relaxed-simd': { flag: '--experimental-wasm-relaxed-simd', first: 20, last: 20 },
  revectorization: { flag: '--experimental-wasm-revectorize', first: 24, last: Number.POSITIVE_INFINITY },
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
    const { flag, first, last } = FLAGS[feature]
    const major = Number(process.versions.node.split('.')[0])
    if (major < first) return false
    if (major <= last) setFlagsFromString(flag)
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
    end: () => void worker.terminate(),
  }
}
