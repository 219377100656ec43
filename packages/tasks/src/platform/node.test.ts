import { execFileSync, spawn } from 'node:child_process'
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
  const files = await platform.openFiles(join(folder, 'data'))
  expect(files.map(({ name }) => name)).toEqual(['bad/1.txt', 'good/1.txt'])
  symlinkSync(join(folder, 'nowhere'), join(folder, 'data/broken'))
  await expect(platform.openFiles(join(folder, 'data'))).rejects.toThrow(
    /broken: expected a file or folder where this link leads, received none .* take it out/,
  )
})

test('hidden files are no data, unless they are named', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carousel-hidden-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, '.git'))
  for (const name of ['.git/config', '.DS_Store', 'a.txt']) writeFileSync(join(folder, name), name)
  const namesAt = async (path: string) => (await platform.openFiles(path)).map(({ name }) => name)
  expect(await namesAt(folder)).toEqual(['a.txt'])
  expect(await namesAt(join(folder, '.DS_Store'))).toEqual(['.DS_Store'])
})

test('a pipe is read once, a device not at all', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'carousel-pipe-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const pipe = join(folder, 'pipe')
  execFileSync('sh', ['-c', `mkfifo ${pipe}`])
  const [file] = await platform.openFiles(pipe)
  const writer = spawn('sh', ['-c', `printf abc > ${pipe}`])
  expect(Buffer.from(await file.bytes()).toString()).toBe('abc')
  for await (const piece of file.stream()) expect(piece).toHaveLength(3)
  writer.kill()
  await expect(platform.openFiles('/dev/zero')).rejects.toThrow(/^\/dev\/zero: .* received a device/)
})
