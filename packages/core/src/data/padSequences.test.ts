import { expect, it } from 'vitest'
import { DataError } from '../errors.ts'
import { padSequences } from './padSequences.ts'

it.each([[[1, 2]], [[[1], null]], [['abc']], [[]], [7]])('refuses %j', (sequences) => {
  expect(() => padSequences(sequences as never)).toThrow(DataError)
  expect(() => padSequences(sequences as never)).toThrow(/padSequences: expected a list of/)
})
