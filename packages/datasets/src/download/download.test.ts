import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { openStore } from '../platform/node/store.ts'
import type { Store } from '../platform/platform.ts'
import type { Bytes } from '../tensor.ts'
import {
  closedPort,
  type Fault,
  isProbe,
  noise,
  remoteFile,
  startMirror,
  temporaryFolder,
} from '../testing.ts'
import { download } from './download.ts'
import { DownloadError, type RemoteFile } from './types.ts'

const contents = new Map<string, Bytes>([
  ['large', noise(300_000)],
  ['small', noise(1_000, 2)],
])
const patience = { firstByteMs: 400, stallMs: 250, attempts: 4, backoffMs: 1 }
let files: RemoteFile[]
let store: Store
let folder: string

beforeEach(async () => {
  files = await Promise.all([...contents].map(([name, bytes]) => remoteFile(name, bytes)))
  const root = await temporaryFolder()
  store = openStore('set', root)
  folder = join(root, 'set')
})

/** Asserts that the result and the store hold the files, and the store nothing else. */
async function expectAll(downloaded: Awaited<ReturnType<typeof download>>): Promise<void> {
  for (const [name, bytes] of contents) {
    expect(Buffer.compare(downloaded.get(name)?.bytes ?? new Uint8Array(), bytes)).toBe(0)
    expect(Buffer.compare(await readFile(join(folder, name)), bytes)).toBe(0)
  }
  expect((await readdir(folder)).sort()).toEqual(['large', 'small'])
}

const first = (fault: Fault) => (name: string, n: number) => (name === 'large' && n === 0 ? fault : undefined)
const always = (fault: Fault) => (name: string) => (name === 'large' ? fault : undefined)
const rangesFor = (name: string, { requests }: Awaited<ReturnType<typeof startMirror>>) =>
  requests.filter((request) => request.name === name && !isProbe(request)).map(({ range }) => range)

test('fetches all files and keeps them', async () => {
  const mirror = await startMirror(contents)
  const downloaded = await download(files, { mirrors: [mirror.url], store, patience })
  await expectAll(downloaded)
  expect(downloaded.get('large')).toMatchObject({ url: `${mirror.url}large`, notKept: undefined })
})

test.each<[Fault, string[]]>([
  ['truncate', ['', 'bytes=150000-']],
  ['stall', ['', 'bytes=150000-']],
  ['refuse', ['', '']],
  ['silent', ['', '']],
  ['corrupt', ['', '']],
  ['foreign', ['', '']],
  [403, ['', '']],
  [503, ['', '']],
])('gets over a mirror that answers %s once', async (fault, ranges) => {
  const mirror = await startMirror(contents, first(fault))
  await expectAll(await download(files, { mirrors: [mirror.url], store, patience }))
  expect(rangesFor('large', mirror)).toEqual(ranges)
})

test.each<[Fault, string[]]>([
  ['whole', ['', 'bytes=150000-']],
  ['elsewhere', ['', 'bytes=150000-', '']],
  [416, ['', 'bytes=150000-', '']],
  [503, ['', 'bytes=150000-', 'bytes=150000-']],
])('gets over a resumed transfer answered %s', async (fault, ranges) => {
  const mirror = await startMirror(contents, (name, n) => {
    if (name === 'large') return ([`truncate`, fault] as const)[n]
  })
  await expectAll(await download(files, { mirrors: [mirror.url], store, patience }))
  expect(rangesFor('large', mirror)).toEqual(ranges)
})

test.each<Fault>(['truncate', 'stall', 'refuse', 'corrupt', 'foreign', 403])(
  'takes the other mirror where one always answers %s, resuming across them',
  async (fault) => {
    const bad = await startMirror(contents, always(fault))
    const good = await startMirror(contents, undefined, 'silent')
    await expectAll(await download(files, { mirrors: [good.url, bad.url], store, patience }))
    const resumed = fault === 'truncate' || fault === 'stall'
    expect(rangesFor('large', good)).toEqual([resumed ? 'bytes=150000-' : ''])
  },
)

test('lets the mirrors race, and hangs up the losers', async () => {
  const silent = await startMirror(contents, undefined, 'silent')
  const refusing = await startMirror(contents, undefined, 403)
  const good = await startMirror(contents)
  const mirrors = [silent.url, refusing.url, await closedPort(), good.url]
  const begin = performance.now()
  await expectAll(await download(files, { mirrors, store, patience: { ...patience, firstByteMs: 60_000 } }))
  expect(performance.now() - begin).toBeLessThan(10_000)
  expect(rangesFor('large', silent)).toEqual([])
})

test('gives up after the first-byte limit over all mirrors together, with each reason', async () => {
  const silent = await startMirror(contents, undefined, 'silent')
  const refusing = await startMirror(contents, undefined, 403)
  const mirrors = [silent.url, refusing.url, await closedPort()]
  const begin = performance.now()
  const attempt = download(files, { mirrors, store, patience })
  await expect(attempt).rejects.toThrow(DownloadError)
  await expect(attempt).rejects.toThrow(/: no byte within 0.4 s; .*: status 403; .*: .*ECONNREFUSED/)
  expect(performance.now() - begin).toBeLessThan(4_000)
  expect(rangesFor('large', silent)).toEqual([])
})

test('does not wait for the limit where every mirror has refused', async () => {
  const slow = { ...patience, firstByteMs: 60_000 }
  const begin = performance.now()
  await expect(download(files, { mirrors: [await closedPort()], patience: slow })).rejects.toThrow(
    'ECONNREFUSED',
  )
  expect(performance.now() - begin).toBeLessThan(10_000)
})

test('gives up after some attempts, keeps what is whole, and goes on from the part the next time', async () => {
  const cutting = await startMirror(contents, (name, n) =>
    name === 'large' && n > 0 ? 'refuse' : always('truncate')(name),
  )
  const attempt = download(files, { mirrors: [cutting.url], store, patience })
  await expect(attempt).rejects.toThrow(/^4 attempts failed, the last at .*large/)
  expect((await readdir(folder)).sort()).toEqual(['large.part', 'small'])

  const mirror = await startMirror(contents)
  await expectAll(await download(files, { mirrors: [mirror.url], store, patience }))
  expect(rangesFor('large', mirror)).toEqual(['bytes=150000-'])
})

test('never keeps wrong bytes', async () => {
  const mirror = await startMirror(contents, always('corrupt'))
  await expect(download(files, { mirrors: [mirror.url], store, patience })).rejects.toThrow(
    /SHA-256 .* instead of/,
  )
  expect(await readdir(folder)).toEqual(['small'])
})

test('starts over where the part from an earlier run is damaged or too long', async () => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'large.part'), new Uint8Array(1_000))
  await writeFile(join(folder, 'small.part'), new Uint8Array(5_000))
  const mirror = await startMirror(contents)
  await expectAll(await download(files, { mirrors: [mirror.url], store, patience }))
  expect(rangesFor('large', mirror)).toEqual(['bytes=1000-', ''])
  expect(rangesFor('small', mirror)).toEqual([''])
})

test('never shows a file before it is whole', async () => {
  const mirror = await startMirror(contents, first('truncate'))
  const seen = new Set<string>()
  const looks: Promise<void>[] = []
  const look = async () => {
    for (const name of await readdir(folder).catch(() => [])) {
      seen.add(name)
      if (name === 'large') expect((await readFile(join(folder, name))).length).toBe(300_000)
    }
  }
  const onProgress = () => void looks.push(look())
  await expectAll(await download(files, { mirrors: [mirror.url], store, patience, onProgress }))
  await Promise.all(looks)
  expect(looks.length).toBeGreaterThan(1)
})

test('reports progress over all files', async () => {
  const mirror = await startMirror(contents, first('truncate'))
  const onProgress = vi.fn()
  await download(files, { mirrors: [mirror.url], store, patience, onProgress })
  expect(onProgress.mock.lastCall?.[0]).toMatchObject({ received: 301_000, total: 301_000 })
  expect(new Set(onProgress.mock.calls.map(([{ file }]) => file))).toEqual(new Set(['large', 'small']))
})

test('passes on what the progress callback throws', async () => {
  const mirror = await startMirror(contents)
  const error = new Error('no room for a bar')
  const onProgress = () => {
    throw error
  }
  await expect(download(files, { mirrors: [mirror.url], store, patience, onProgress })).rejects.toBe(error)
})

test('stops at once when aborted, and keeps the part', async () => {
  const mirror = await startMirror(contents, always('stall'))
  const abort = new AbortController()
  const reason = new Error('enough')
  const onProgress = ({ received }: { received: number }) => received > 150_000 && abort.abort(reason)
  const slow = { ...patience, stallMs: 60_000 }
  const attempt = download(files, {
    mirrors: [mirror.url],
    store,
    signal: abort.signal,
    patience: slow,
    onProgress,
  })
  await expect(attempt).rejects.toBe(reason)
  expect(await readdir(folder)).toContain('large.part')
})

test('stops at once when aborted during the race, or before', async () => {
  const mirror = await startMirror(contents, undefined, 'silent')
  const slow = { ...patience, firstByteMs: 60_000 }
  for (const signal of [AbortSignal.timeout(50), AbortSignal.abort(new Error('before'))]) {
    const attempt = download(files, { mirrors: [mirror.url], signal, patience: slow })
    await expect(attempt).rejects.toSatisfy((error) => error === signal.reason)
  }
})

test('delivers the files where they cannot be kept, and says why', async () => {
  const mirror = await startMirror(contents)
  const full: Store = {
    location: 'a full disk',
    read: async () => undefined,
    write: () => Promise.reject(new Error('ENOSPC: no space left on device')),
    remove: async () => {},
  }
  const downloaded = await download(files, { mirrors: [mirror.url], store: full, patience })
  expect(downloaded.get('large')?.notKept).toBe('ENOSPC: no space left on device')
})
