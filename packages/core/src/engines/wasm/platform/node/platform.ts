import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import type { Platform } from '../platform.ts'

/** V8's flags by feature, with the Nodes that have the feature behind its flag; later ones have it anyway. */
const FLAGS = {
  'relaxed-simd': { flag: '--experimental-wasm-relaxed-simd', first: 20, last: 20 },
  revectorization: { flag: '--experimental-wasm-revectorize', first: 24, last: Number.POSITIVE_INFINITY },
}

export const platform: Platform = {
  parallelism: availableParallelism(),
  mayShare: true,

  async read(url) {
    return new Uint8Array(await readFile(url))
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
