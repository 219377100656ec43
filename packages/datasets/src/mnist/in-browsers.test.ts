import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { closedPort, dataFolder, startMirror } from '../testing.ts'
import { mnistFiles } from './files.ts'

/** Loads in a Node that resolves packages as bundlers do for browsers, and so takes platform/browser.ts. */
async function loadAsBrowser(options: object) {
  const code = `
    const { load } = await import(${JSON.stringify(new URL('./mnist.js', import.meta.url))})
    const { train, test, source } = await load(${JSON.stringify(options)})
    console.log(JSON.stringify({ shape: train.x.shape, first: [...train.labels.data.subarray(0, 5)], source }))`
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--conditions=browser',
    '--input-type=module',
    '--eval',
    code,
  ])
  return JSON.parse(stdout)
}

test('downloads with fetch, resuming', async (context) => {
  const folder = join(dataFolder(context), 'mnist')
  const files = new Map(
    await Promise.all(
      mnistFiles.map(async ({ name }) => [name, await readFile(join(folder, name))] as const),
    ),
  )
  const cut = mnistFiles[0].name
  const mirror = await startMirror(files, (name, n) => (name === cut && n === 0 ? 'truncate' : undefined))
  const { first, source } = await loadAsBrowser({ mirrors: [mirror.url], limit: 5 })
  expect(first).toEqual([5, 0, 4, 1, 9])
  expect(source).toMatchObject({ kind: 'download', location: mirror.url, verified: true, notes: [] })
  expect(mirror.requests).toContainEqual({ name: cut, range: expect.stringMatching(/^bytes=[1-9]\d*-$/) })
})

test('falls back to the embedded digits', async () => {
  const { shape, source } = await loadAsBrowser({ mirrors: [await closedPort()] })
  expect(shape).toEqual([9_000, 28, 28])
  expect(source).toMatchObject({ kind: 'embedded', notes: [expect.stringContaining('ECONNREFUSED')] })
})
