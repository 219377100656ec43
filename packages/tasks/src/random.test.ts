import { expect, test } from 'vitest'
import { generator, shuffled } from './random.ts'

// the first numbers of the published C code, divided by 2³²
test('mulberry32', () => {
  const random = generator(1)
  expect([random(), random()].map((value) => Math.round(value * 2 ** 32))).toEqual([2693262067, 11749833])
})

test('a shuffle keeps everything, and depends on the seed alone', () => {
  const items = Array.from({ length: 100 }, (_, index) => index)
  const once = shuffled(items, generator(7))
  expect(once).not.toEqual(items)
  expect(once.toSorted((a, b) => a - b)).toEqual(items)
  expect(shuffled(items, generator(7))).toEqual(once)
  expect(shuffled(items, generator(8))).not.toEqual(once)
})
