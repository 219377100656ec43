import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from '@carousel/tasks'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing.ts'
import { fromFiles } from './files.ts'

test('reading ends where it is told to stop', async () => {
  const file = join(temporaryFolder(), 'reviews.csv')
  writeFileSync(file, `text,label\n${'fine,good\ndull,bad\n'.repeat(50_000)}`)
  const stop = new AbortController()
  const tools = { signal: stop.signal, note() {}, downloading() {} }
  const loading = fromFiles(text.task).load(file, text.task.settings({ seed: 1 }), tools)
  setImmediate(() => stop.abort(new Error('told to')))
  await expect(loading).rejects.toThrow('told to')
})
