import { expect, test } from 'vitest'
import { generator, seedOf, shuffled } from './random.ts'

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

test('seeds of neighbouring words differ, and their first numbers are spread evenly', () => {
  const seeds = new Set<number>()
  for (let epoch = 0; epoch < 50; epoch++)
    for (let sample = 0; sample < 50; sample++) seeds.add(seedOf(7, epoch, sample))
  expect(seeds.size).toBe(2500)

  const tenths = new Array<number>(10).fill(0)
  for (let word = 0; word < 10_000; word++) tenths[Math.floor(generator(seedOf(1, word))() * 10)]++
  // 1,000 ± 30 each; chi-squared of 9 degrees is above 27.9 once in a thousand
  expect(tenths.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.9)
})
