import { expect, test } from 'vitest'
import { generator } from '../random.ts'
import { repeatedShare } from './repeated.ts'

const draw = (length: number, seed: number) => {
  const random = generator(seed)
  return Int32Array.from({ length }, () => Math.floor(random() * 30))
}
const [text, learned] = [draw(1000, 1), draw(5000, 2)]

test('a text of its own has nothing of another, its own copy all', () => {
  expect(repeatedShare(text, learned)).toBe(0)
  expect(repeatedShare(text, text)).toBe(1)
  expect(repeatedShare(text, new Int32Array(10))).toBe(0)
  expect(repeatedShare(text.subarray(0, 50), text)).toBe(0)
})

test('pieces are found wherever they stand, also at the very end', () => {
  const stretch = learned.subarray(4700)
  expect(repeatedShare(Int32Array.of(...text.subarray(0, 700), ...stretch), learned)).toBe(0.3)
  // one of them twice
  const twice = [...text.subarray(0, 700), ...stretch.subarray(0, 200), ...stretch.subarray(0, 100)]
  expect(repeatedShare(Int32Array.from(twice), learned)).toBe(0.3)
})

test('a text may be one piece again and again', () => {
  const again = Int32Array.from({ length: 1_000_000 }, (_, at) => at % 10)
  expect(repeatedShare(again, again.subarray(0, 10), 10)).toBe(1)
})
