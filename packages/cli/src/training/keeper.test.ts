import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '@carousel/core'
import { expect, test } from 'vitest'
import { markOf } from '../files/output.ts'
import { temporaryFolder } from '../testing.ts'
import { Keeper } from './keeper.ts'

const folder = temporaryFolder()

/** As far as a keeper knows models: it is saved as its text. */
const modelAt = (epoch: number, text: string) => ({
  position: { epoch, batch: 1, step: 1 } as Model['position'],
  save: async (path: string | URL) => writeFileSync(path, text),
})

async function keeperOf(name: string, content = '') {
  const path = join(folder, name)
  if (content !== '') writeFileSync(path, content)
  const notes: string[] = []
  return { path, notes, keeper: new Keeper(path, (text) => notes.push(text), false, await markOf(path)) }
}

test('another model is replaced once an epoch is done, and not before', async () => {
  const early = await keeperOf('early.safetensors', 'good')
  await early.keeper.checkpoint(modelAt(0, 'begun'))
  expect(readFileSync(early.path, 'utf8')).toBe('good')
  expect(early.keeper.path).toBe(join(folder, 'early-2.safetensors'))
  expect(readFileSync(early.keeper.path, 'utf8')).toBe('begun')
  expect(early.notes[0]).toMatch(/early\.safetensors is left as it was, .*saved to .*early-2\.safetensors/)
  const done = await keeperOf('done.safetensors', 'good')
  await done.keeper.checkpoint(modelAt(1, 'trained'))
  expect(readFileSync(done.path, 'utf8')).toBe('trained')
  await done.keeper.checkpoint(modelAt(2, 'more'))
  expect([done.keeper.path, done.notes]).toEqual([done.path, []])
})

test('what another has written meanwhile is not replaced', async () => {
  const { path, notes, keeper } = await keeperOf('shared.safetensors')
  await keeper.checkpoint(modelAt(1, 'mine'))
  writeFileSync(path, 'of another')
  await keeper.keep(modelAt(2, 'mine, done'))
  expect(readFileSync(path, 'utf8')).toBe('of another')
  expect(keeper.path).toBe(join(folder, 'shared-2.safetensors'))
  expect(readFileSync(keeper.path, 'utf8')).toBe('mine, done')
  expect(notes[0]).toMatch(/shared\.safetensors was written by another meanwhile/)
})
