import { expect, it } from 'vitest'
import { derive } from './derive.ts'
import { countOf, lengthOf } from './lengths.ts'

it('derives numbers at once and open lengths by name', () => {
  expect(derive(derive(9, '+', -2), '/', 2)).toBe(3)
  expect(derive(derive(derive('time', '+', -2), '/', 2), '+', 1)).toBe('time/-2/2+1')
})

it('has one name for one length', () => {
  expect(derive(derive('time', '+', 3), '+', -3)).toBe('time')
  expect(derive(derive('time', '+', 3), '+', -5)).toBe('time/-2')
  expect(derive(derive(derive('time', '/', 2), '+', 1), '+', 1)).toBe('time//2+2')
  expect(derive('time', '*', 1)).toBe('time')
})

it('counts from left to right, rounding quotients down', () => {
  expect(countOf(lengthOf('time/-2/2+1'), { time: 9 })).toBe(4)
  expect(countOf(lengthOf('time of a-b/*3'), { batch: 2, 'time of a-b': 5 })).toBe(15)
  expect(countOf(lengthOf('batch'), { batch: 2 })).toBe(2)
})
