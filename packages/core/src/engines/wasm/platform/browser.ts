import type { Platform, Thread } from './platform.ts'

/** A worker's own global scope; the page's has a document. */
const isPage = typeof document !== 'undefined'

export const platform: Platform = {
  parallelism: navigator.hardwareConcurrency ?? 1,
  mayBlock: !isPage,
  mayShare: globalThis.crossOriginIsolated === true,

  async read(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`cannot fetch ${url}: ${response.status} ${response.statusText}; serve it with the scripts`)
    return new Uint8Array(await response.arrayBuffer())
  },

  spawn(entry) {
    // spelt out twice, so that bundlers see both files
    const worker =
      entry === 'worker'
        ? new Worker(new URL('../worker.js', import.meta.url), { type: 'module' })
        : new Worker(new URL('../host.js', import.meta.url), { type: 'module' })
    return threadOf(worker)
  },

  receive(handler) {
    globalThis.addEventListener('message', ({ data }) => handler(data))
  },

  post(message, transfer = []) {
    globalThis.postMessage(message, { transfer: [...transfer] })
  },

  enable: () => false,
}

function threadOf(worker: Worker): Thread {
  return {
    post: (message, transfer = []) => worker.postMessage(message, [...transfer]),
    onMessage: (handler) => worker.addEventListener('message', ({ data }) => handler(data)),
    onEnd: (handler) =>
      worker.addEventListener('error', (event) => {
        worker.terminate()
        handler(event.message || 'its script could not be loaded')
      }),
    end: () => worker.terminate(),
  }
}
