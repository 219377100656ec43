import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { describeError } from './errors.ts'

test('what the system refuses is told with its path, and no stack', async () => {
  const refused = await readFile(tmpdir()).catch((error) => error)
  // reading a folder names no path; what is not there does
  expect(describeError(refused)).toMatch(/^EISDIR: [^\n]*$/)
  const missing = await readFile('/nowhere/data.csv').catch((error) => error)
  expect(describeError(missing)).toMatch(
    /^\/nowhere\/data\.csv: expected a file or folder that can be used, received a refusal \(ENOENT: [^\n]*\)\. [^\n]*$/,
  )
})

test('a fault of the program is told with its stack', () => {
  expect(describeError(new TypeError('no'))).toMatch(/^unexpected: TypeError: no\n +at /)
})
