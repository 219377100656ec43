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
  // shares of the two texts of each class, and half a text's more: 3/2 against 1/2 and so on
  expect(of(3)).toEqual([0.5, -0.5])
  expect(of(4)).toEqual([-0.5, 0.5])
  expect(of(2)).toEqual([0, 0])
  expect(of(5)[0]).toBeGreaterThan(0)
  expect(of(5)[0]).toBeLessThan(of(3)[0])
})

test('of several classes, each against the mean of the others', () => {
  const [red, green, blue] = evidenceOf([[0], [1], [2]], [0, 1, 2], 3, 3).slice(0, 3)
  expect(red).toBeCloseTo((2 - 1) / (2 + 1), 6)
  expect(green).toBe(blue)
  expect(green).toBeLessThan(0)
})

test('of a rare class and a frequent one, what was never seen speaks for neither', () => {
  const texts = Array.from({ length: 100 }, (_, n) => (n < 2 ? [1] : [2]))
  const labels = texts.map((_, n) => (n < 90 ? 0 : 1))
  const found = evidenceOf(texts, labels, 2, 4)
  expect(Array.from(found.slice(0, 2))).toEqual([0, 0])
  // seen twice, in texts of the frequent class alone
  expect(found[2]).toBeGreaterThan(0.2)
  expect(found[3]).toBe(-found[2])
})
