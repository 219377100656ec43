import { expect, test } from 'vitest'
import { codePointsOf } from './units.ts'

test.each([
  'plain',
  'é 很无聊',
  '😀𝔘\u{10ffff}',
  // halves of pairs, alone and in the wrong order
  '\ud83da\ude00\ude00\ud83d',
  '',
])('%j in its code points', (text) => {
  const expected = Array.from(text, (own) => own.codePointAt(0))
  expect([...codePointsOf([text])]).toEqual(expected)
  expect([...codePointsOf([text, '', text])]).toEqual([...expected, ...expected])
})
