import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { noise, temporaryFolder } from '../../testing.ts'
import { openStore } from './store.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

test('keeps files, and forgets them when told', async () => {
  const store = openStore('set', await temporaryFolder())
  expect(await store.read('file')).toBeUndefined()
  await store.write('file', noise(10))
  await store.write('file', noise(20))
  expect(Buffer.from((await store.read('file')) ?? [])).toEqual(Buffer.from(noise(20)))
  expect(await readdir(store.location)).toEqual(['file'])
  await store.remove('file')
  await store.remove('file')
  expect(await readdir(store.location)).toEqual([])
})

test('a reader beside a writer sees whole files only', async () => {
  const store = openStore('set', await temporaryFolder())
  const versions = [noise(200_000, 1), noise(100_000, 2)]
  await store.write('file', versions[0])
  let writing = true
  const write = async () => {
    for (let n = 0; n < 20; n++) await store.write('file', versions[n % 2])
    writing = false
  }
  const read = async () => {
    while (writing) {
      const bytes = await store.read('file')
      expect(versions.some((version) => bytes && Buffer.compare(bytes, version) === 0)).toBe(true)
    }
  }
  await Promise.all([write(), write(), read()])
})

test('leaves nothing behind where writing fails', async () => {
  const root = await temporaryFolder()
  const store = openStore('set', root)
  await mkdir(join(root, 'set', 'file', 'occupied'), { recursive: true })
  await expect(store.write('file', noise(10))).rejects.toThrow()
  expect(await readdir(store.location)).toEqual(['file'])
})

test('says that a folder cannot be made', async () => {
  const root = await temporaryFolder()
  await writeFile(join(root, 'set'), 'a file where the folder should be')
  await expect(openStore('set', root).write('file', noise(10))).rejects.toThrow(/EEXIST|ENOTDIR/)
})

test.runIf(process.platform !== 'win32')("lies in the user's cache", () => {
  vi.stubEnv('XDG_CACHE_HOME', '/caches')
  expect(openStore('set').location).toBe('/caches/carousel/set')
  for (const unusable of ['', 'relative']) {
    vi.stubEnv('XDG_CACHE_HOME', unusable)
    expect(openStore('set').location).toBe(join(homedir(), '.cache', 'carousel', 'set'))
  }
  for (const unusable of ['', 'relative']) {
    vi.stubEnv('HOME', unusable)
    expect(openStore('set').location).toBe(join(userInfo().homedir, '.cache', 'carousel', 'set'))
  }
})
