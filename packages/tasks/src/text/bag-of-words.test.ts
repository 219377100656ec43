import { expect, test } from 'vitest'
import { likeliest } from '../report/classification.ts'
import { trainBagOfWords } from './bag-of-words.ts'
import { reviews } from './testing.ts'
import { tokensOf } from './tokens.ts'

const rows = reviews(400)
const texts = rows.map(({ text }) => tokensOf(text, 'word'))
const labels = rows.map(({ label }) => Number(label === 'good'))

test('learns which words tell the class, and their probabilities sum to 1', () => {
  const bag = trainBagOfWords(texts.slice(0, 300), labels.slice(0, 300), 2)
  const outputs = bag.predict(texts.slice(300))
  expect(Array.from(likeliest(outputs, 2))).toEqual(labels.slice(300))
  expect(outputs[0] + outputs[1]).toBeCloseTo(1, 12)
})

test('a text of unknown words is judged by how frequent the classes are', () => {
  const some = [...texts.keys()].filter((n) => labels[n] === 1 || n % 8 === 1)
  const bag = trainBagOfWords(
    some.map((n) => texts[n]),
    some.map((n) => labels[n]),
    2,
  )
  expect(bag.predict([['unheard', 'of']])[1]).toBeGreaterThan(0.5)
  expect(bag.predict([[]])[1]).toBeGreaterThan(0.5)
})

test('of several classes, too', () => {
  const words = ['red', 'green', 'blue']
  const many = Array.from({ length: 90 }, (_, n) => ['a', words[n % 3], 'thing'])
  const bag = trainBagOfWords(
    many,
    many.map((_, n) => n % 3),
    3,
  )
  expect(Array.from(likeliest(bag.predict([['blue'], ['red'], ['green']]), 3))).toEqual([2, 0, 1])
})
