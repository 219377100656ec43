import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { carousel, temporaryFolder } from '../testing.ts'
import { openPictures } from './picture.ts'

const folder = temporaryFolder()
const file = join(folder, 'file')
writeFileSync(file, '')

test('a folder for pictures is made, with those above it', async () => {
  const deep = join(folder, 'deep', 'below')
  await openPictures(deep)
  await openPictures(deep)
  expect(statSync(deep).isDirectory()).toBe(true)
})

test.each([
  ['a file', file],
  ['below a file', join(file, 'below')],
  // where making a folder recursively never ends in Node 20
  ['where the system refuses', '/proc/nope/below'],
])('--pictures %s is found before training', async (_, place) => {
  const out = join(folder, 'model.safetensors')
  const args = ['train', 'forecast', '--epochs', '1', '--out', out, '--pictures', place, '--json']
  const { code, events } = await carousel(args)
  expect({ code, events }).toEqual({
    code: 1,
    events: [{ event: 'error', message: expect.stringContaining(`--pictures ${place}: expected a folder`) }],
  })
  expect(existsSync(out)).toBe(false)
})
