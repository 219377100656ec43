import { describe, expect, test } from 'vitest'
import type { Step } from './dates.ts'
import { areLevels, isSplit } from './settings.ts'
import { split } from './split.ts'

const hourly: Step = { ms: 3_600_000 }
const cut = (
  rows: number,
  how: readonly number[] | 'informer',
  step: Step | null = hourly,
  window = 2,
  horizon = 1,
) => split('x.csv', rows, how, step, window, horizon)

describe('parts, one after the other in time', () => {
  test('by shares: what does not come out even is tested on', () => {
    expect(cut(100, [0.7, 0.1, 0.2])).toEqual({ validation: 70, test: 80, end: 100 })
    expect(cut(99, [0.7, 0.1, 0.2])).toEqual({ validation: 69, test: 78, end: 99 })
    // 0.29 · 100 is a little less than 29 to the machine
    expect(cut(100, [0.29, 0.41, 0.3])).toEqual({ validation: 29, test: 70, end: 100 })
  })

  test('by counts: what is left is not used', () => {
    expect(cut(100, [50, 20, 10])).toEqual({ validation: 50, test: 70, end: 80 })
    expect(() => cut(79, [50, 20, 10])).toThrow(
      /^x\.csv: expected 80 rows, for a split of 50, 20 and 10, received 79\. Split by shares/,
    )
  })

  test("as in Informer's code: 12, 4 and 4 months of 30 days", () => {
    expect(cut(17_420, 'informer')).toEqual({ validation: 8640, test: 11_520, end: 14_400 })
    expect(cut(70_000, 'informer', { ms: 900_000 })).toEqual({
      validation: 34_560,
      test: 46_080,
      end: 57_600,
    })
    expect(cut(700, 'informer', { ms: 86_400_000 })).toEqual({ validation: 360, test: 480, end: 600 })
    for (const step of [{ months: 1 }, { ms: 7 * 86_400_000 }, null]) {
      expect(() => cut(17_420, 'informer', step)).toThrow(/expected dates a day or less apart/)
    }
  })
})

test('each part has room for a forecast, the first for a window before it', () => {
  const shares = [0.6, 0.2, 0.2]
  expect(cut(50, shares, hourly, 20, 10)).toEqual({ validation: 30, test: 40, end: 50 })
  const message =
    /^x\.csv: expected at least 31 rows to train on \(21 back and 10 ahead\) and 10 each to validate and test, received 30, 10 and 10 of 50\. Forecast fewer steps \(--horizon\)/
  expect(() => cut(50, shares, hourly, 21, 10)).toThrow(message)
  expect(() => cut(50, shares, hourly, 10, 11)).toThrow(/and 11 each to validate and test/)
  expect(() => cut(50, shares, hourly, 10, 60)).toThrow(/expected at least 70 rows to train on/)
})

test('what a split may be', () => {
  for (const good of [
    [0.7, 0.1, 0.2],
    [10, 1, 1],
  ])
    expect(isSplit(good)).toBe(true)
  for (const bad of [
    [0.7, 0.3],
    [0.7, 0.1, 0.1],
    [0.9, 0.1, 0],
    [1.5, -0.3, -0.2],
    [10, 1, 0.5],
    'half',
    null,
  ]) {
    expect(isSplit(bad)).toBe(false)
  }
})

test('what levels may be: between 0 and 1, in order, each once', () => {
  for (const good of [[0.5], [0.1, 0.9], [0.05, 0.5, 0.95]]) expect(areLevels(good)).toBe(true)
  for (const bad of [[], [0.9, 0.1], [0.5, 0.5], [0, 0.5], [0.5, 1], [Number.NaN], 0.5]) {
    expect(areLevels(bad)).toBe(false)
  }
})
