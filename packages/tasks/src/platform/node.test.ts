import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { platform } from './node.ts'

test('links are followed, to files and folders, but in no circle', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carousel-links-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'store'))
  mkdirSync(join(folder, 'data/good'), { recursive: true })
  writeFileSync(join(folder, 'store/1.txt'), 'fine')
  symlinkSync(join(folder, 'store/1.txt'), join(folder, 'data/good/1.txt'))
  symlinkSync(join(folder, 'store'), join(folder, 'data/bad'))
  symlinkSync(join(folder, 'data'), join(folder, 'data/again'))
  symlinkSync(join(folder, 'nowhere'), join(folder, 'data/broken'))
  const files = await platform.openFiles(join(folder, 'data'))
  expect(files.map(({ name }) => name)).toEqual(['bad/1.txt', 'good/1.txt'])
})
