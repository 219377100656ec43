import { expect, test } from 'vitest'
import { inOrder, listed, ranked } from './classes.ts'

test.each([
  ['numbers by value', ['10', '9', '-1', '2.5', '9'], ['-1', '2.5', '9', '10']],
  ['names by code unit', ['b', 'é', 'a', 'ab', 'B', 'a'], ['B', 'a', 'ab', 'b', 'é']],
  [
    'numbers within names by value',
    ['b2', 'b10', '10', '1a', 'b2c', '9', 'b02'],
    ['1a', '9', '10', 'b02', 'b2', 'b2c', 'b10'],
  ],
])('%s, each once', (_, labels, expected) => {
  expect(inOrder(labels, 'x')).toEqual(expected)
})

test('names of classes with control characters are refused', () => {
  expect(inOrder(['well', 'so so', '很好'], 'reviews.csv')).toHaveLength(3)
  for (const label of ['two\nlines', '\u001b[31mred', 'n\0ul']) {
    expect(() => inOrder(['fine', label], 'reviews.csv')).toThrow(
      `reviews.csv: expected names of classes without line breaks and other control characters, received ${JSON.stringify(label)}`,
    )
  }
})

test('of many classes the first are listed', () => {
  expect(listed(['a', 'b', 'c'])).toBe('a, b, c')
  expect(listed(['a', 'b', 'c'], 2)).toBe('a, b, …')
})

test('the likeliest class first, of equal ones the first', () => {
  expect(ranked(['a', 'b', 'c'], [0.25, 0.5, 0.25]).map(({ label }) => label)).toEqual(['b', 'a', 'c'])
  expect(() => ranked(['a', 'b'], [Number.NaN, 1])).toThrow(/expected finite outputs, received NaN/)
})
