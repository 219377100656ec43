import type { Bytes } from '../tensor.ts'
import { type Platform, rangeOf, type Store } from './platform.ts'

export const platform: Platform = {
  dataFolder: () => undefined,
  joinPath: (folder, name) => `${folder}/${name}`,
  async readFile(folder) {
    throw new TypeError(`A page cannot read the folder ${folder}: leave out the option 'data'.`)
  },
  // Pages without a secure context have no Cache API: nothing is kept there.
  openStore(dataset, root) {
    if (root !== undefined)
      throw new TypeError(`A page cannot keep files in ${root}: leave out the option 'cache'.`)
    return globalThis.caches === undefined ? undefined : cacheStore(dataset)
  },
  async request(url, options) {
    const range = rangeOf(options)
    const reply = await fetch(url, { signal: options.signal, headers: range ? { range } : {} })
    return {
      status: reply.status,
      header: (name) => reply.headers.get(name) ?? undefined,
      body: chunksOf(reply.body),
    }
  },
  async gunzip(bytes, maxBytes) {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))
    const chunks: Bytes[] = []
    let length = 0
    for await (const chunk of chunksOf(unpacked)) {
      length += chunk.length
      if (length > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
    return new Uint8Array(await new Blob(chunks).arrayBuffer())
  },
}

/** The Cache API keeps replies by address, so a file gets a made-up one. A put is whole or not at all. */
function cacheStore(dataset: string): Store {
  const addressOf = (name: string) => `https://carousel.invalid/${dataset}/${name}`
  const opened = () => caches.open('carousel')
  return {
    location: `the browser's cache 'carousel'`,
    async read(name) {
      try {
        const kept = await (await opened()).match(addressOf(name))
        return kept && new Uint8Array(await kept.arrayBuffer())
      } catch {
        return undefined
      }
    },
    async write(name, bytes) {
      await (await opened()).put(addressOf(name), new Response(bytes))
    },
    async remove(name) {
      await (await opened()).delete(addressOf(name))
    },
  }
}

/** Not every browser can iterate a stream by itself. Leaving the loop early cancels the stream. */
async function* chunksOf(stream: ReadableStream<Bytes> | null): AsyncGenerator<Bytes> {
  if (stream === null) return
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
