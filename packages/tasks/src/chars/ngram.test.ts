import { expect, test } from 'vitest'
import { generator } from '../random.ts'
import { KneserNey } from './ngram.ts'

const idsOf = (text: string) => Array.from(text, (own) => own.charCodeAt(0) - 97)

test('the probabilities of all that may follow add up to one, after what was seen and what was not', () => {
  const random = generator(2)
  const ids = Array.from({ length: 500 }, () => Math.floor(random() ** 3 * 8))
  const pieces = new KneserNey(ids, 9, 4)
  for (const context of [[], [0], [0, 0, 1], [3, 1, 0, 2], [7, 7, 7], [8, 8, 8], [0, 8, 1]]) {
    const sum = Array.from({ length: 9 }, (_, next) => pieces.probability([...context, next], context.length))
    expect(sum.every((probability) => probability > 0)).toBe(true)
    expect(sum.reduce((a, b) => a + b)).toBeCloseTo(1, 10)
  }
})

test('a case by hand', () => {
  // pairs: ab 2, ba 2, ac 1. In how many places: b 1, a 1, c 1; all once, so D = 1 there, and for pairs 1/(1 + 2·2)
  const pieces = new KneserNey(idsOf('ababac'), 3, 2)
  const uniform = 1 / 3
  const single = (1 - 1) / 3 + (1 * 3) / 3 / 3
  expect(pieces.probability(idsOf('a'), 0)).toBeCloseTo(uniform, 12)
  const discount = 1 / (1 + 2 * 2)
  expect(pieces.probability(idsOf('ab'), 1)).toBeCloseTo((2 - discount + discount * 2 * single) / 3, 12)
  expect(pieces.probability(idsOf('ac'), 1)).toBeCloseTo((1 - discount + discount * 2 * single) / 3, 12)
  expect(pieces.probability(idsOf('aa'), 1)).toBeCloseTo((discount * 2 * single) / 3, 12)
})

test('foretells what it has counted better than single characters do', () => {
  const text = idsOf('thequickbrownfox'.repeat(20))
  const mean = (order: number) => {
    const pieces = new KneserNey(text, 26, order)
    return text.reduce((sum, _, at) => sum - Math.log(pieces.probability(text, at)), 0) / text.length
  }
  expect(mean(3)).toBeLessThan(0.3)
  expect(mean(1)).toBeGreaterThan(2)
})
