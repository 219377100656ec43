import { expect, it } from 'vitest'
import { BASE } from './index.ts'
import { MEANINGS } from './meanings.ts'
import { MORE } from './more.ts'

it('the instruction set and the meanings name the same operations', () => {
  expect(Object.keys(MEANINGS).sort()).toEqual([...BASE, ...MORE].map(({ name }) => name).sort())
})
