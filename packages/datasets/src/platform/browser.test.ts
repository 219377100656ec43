import { afterEach, expect, test, vi } from 'vitest'
import { noise, startMirror } from '../testing.ts'
import { platform } from './browser.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const { signal } = new AbortController()

test('requests a range', async () => {
  const bytes = noise(100_000)
  const { url } = await startMirror(new Map([['file', bytes]]))
  const reply = await platform.request(`${url}file`, { from: 99_990, signal })
  expect(reply.status).toBe(206)
  expect(reply.header('content-range')).toBe('bytes 99990-99999/100000')
  const chunks: Uint8Array[] = []
  for await (const chunk of reply.body) chunks.push(chunk)
  expect(Buffer.concat(chunks)).toEqual(Buffer.from(bytes.subarray(99_990)))
})

test('leaves a body early', async () => {
  const { url } = await startMirror(new Map([['file', noise(5_000_000)]]), () => 'stall')
  const reply = await platform.request(`${url}file`, { signal })
  for await (const chunk of reply.body) if (chunk.length > 0) break
})

test('keeps files where there is a Cache API', async () => {
  expect(platform.openStore('set')).toBeUndefined()
  const kept = new Map<string, Response>()
  const cache = {
    match: async (url: string) => kept.get(url)?.clone(),
    put: async (url: string, response: Response) => void kept.set(url, response),
    delete: async (url: string) => kept.delete(url),
  }
  vi.stubGlobal('caches', { open: async () => cache })
  const store = platform.openStore('set')
  expect(await store?.read('file')).toBeUndefined()
  await store?.write('file', noise(10))
  expect(await store?.read('file')).toEqual(noise(10))
  await store?.remove('file')
  expect(await store?.read('file')).toBeUndefined()
})

test('refuses folders', async () => {
  expect(platform.dataFolder()).toBeUndefined()
  await expect(platform.readFile('/data', 'file')).rejects.toThrow("leave out the option 'data'")
  expect(() => platform.openStore('set', '/cache')).toThrow("leave out the option 'cache'")
})
