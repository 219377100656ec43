import { expect, test } from 'vitest'
import { DatasetError } from './error.ts'
import { oneHot } from './one-hot.ts'

test('puts a 1 at the label', () => {
  const rows = { shape: [2, 3], data: Float32Array.of(0, 0, 1, 1, 0, 0) }
  expect(oneHot([2, 0], 3)).toEqual(rows)
  expect(oneHot({ shape: [2], data: Int32Array.of(2, 0) }, 3)).toEqual(rows)
})

test.each([3, -1, 0.5, Number.NaN])('refuses the label %d among 3 classes', (label) => {
  expect(() => oneHot([0, label], 3)).toThrow(DatasetError)
  expect(() => oneHot([0, label], 3)).toThrow(`whole labels from 0 to 2, received ${label} at position 1`)
})

test.each([0, -1, 1.5])('refuses %d classes', (classes) => {
  expect(() => oneHot([0], classes)).toThrow(`a whole number of at least 1, received ${classes}`)
})
