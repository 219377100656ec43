import { expect, test } from 'vitest'
import { load } from './load.ts'
import { settingsOf } from './settings.ts'
import { words } from './testing.ts'

test('few updates in the usual epochs are told, and not to whoever asks for others', async () => {
  const { notes } = await load(words(12), 'words', settingsOf({ seed: 1 }))
  expect(notes).toContain(
    '28 recordings to train on make 30 updates in 30 epochs: so few want more, such as --epochs 300.',
  )
  const few = expect.stringMatching(/so few want more/)
  for (const other of [{ epochs: 31 }, { batchSize: 2 }]) {
    const given = await load(words(12), 'words', settingsOf({ seed: 1, ...other }))
    expect(given.notes).not.toContainEqual(few)
  }
})
