import { expect, test } from 'vitest'
import { evidenceOf } from './evidence.ts'

test('a token of one class speaks for it, a common one for none, and the more the oftener', () => {
  const texts = [
    [2, 3, 3, 5],
    [2, 3],
    [2, 4],
    [2, 4],
  ]
  const found = Array.from(evidenceOf(texts, [0, 0, 1, 1], 2, 6))
  const of = (token: number) => found.slice(2 * token, 2 * token + 2)
  // of 5 + 6 counts, each with one more for each of the 6 tokens: 3/11 against 1/10 and so on
  const [good, bad] = [6 + 5, 6 + 4]
  const against = (p: number, q: number) => [(p - q) / (p + q), (q - p) / (p + q)]
  expect(of(3)).toEqual(against(3 / good, 1 / bad).map((value) => expect.closeTo(value, 6)))
  expect(of(4)).toEqual(against(1 / good, 3 / bad).map((value) => expect.closeTo(value, 6)))
  expect(Math.abs(of(2)[0])).toBeLessThan(0.1)
  expect(of(5)[0]).toBeGreaterThan(0)
  expect(of(5)[0]).toBeLessThan(of(3)[0])
})

test('of several classes, each against the mean of the others', () => {
  const [red, green, blue] = evidenceOf([[0], [1], [2]], [0, 1, 2], 3, 3).slice(0, 3)
  expect(red).toBeCloseTo((2 / 4 - 1 / 4) / (2 / 4 + 1 / 4), 6)
  expect(green).toBe(blue)
  expect(green).toBeLessThan(0)
})
