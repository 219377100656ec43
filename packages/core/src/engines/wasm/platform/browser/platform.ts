import type { Platform } from '../platform.ts'

export const platform: Platform = {
  parallelism: globalThis.navigator?.hardwareConcurrency ?? 1,
  mayShare: globalThis.crossOriginIsolated === true,

  async read(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`)
    return new Uint8Array(await response.arrayBuffer())
  },

  receive(handler) {
    globalThis.addEventListener('message', ({ data }) => handler(data))
  },

  post(message, transfer = []) {
    globalThis.postMessage(message, { transfer: [...transfer] })
  },

  enable: () => false,
}
