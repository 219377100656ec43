import { constants } from 'node:buffer'
import { expect, test } from 'vitest'
import { textOf } from './read.ts'

test('more JSON than a text can hold is refused in words', () => {
  const bytes = Buffer.alloc(constants.MAX_STRING_LENGTH + 1)
  expect(() => textOf(bytes, 'stdin')).toThrow(/^stdin: expected at most 5\d\d\.\d MB of JSON, received 5/)
})
