import { expect, it } from 'vitest'
import { OPERATIONS } from './index.ts'
import { MEANINGS } from './meanings.ts'

it('the instruction set and the meanings name the same operations', () => {
  expect(Object.keys(MEANINGS).sort()).toEqual(OPERATIONS.map(({ name }) => name).sort())
})
