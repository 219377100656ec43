import { describe, expect, test } from 'vitest'
import { preparationFor } from './preparation.ts'
import type { ForecastSettings } from './settings.ts'
import { cutOf } from './split.ts'
import { dataOf, read, settingsWith, tableOf } from './testing.ts'
import { featuresOf, inputsAt, labelsAt, mostlyKnown, originsIn, standardised } from './windows.ts'

/** Two columns that can be known again: tens, and their squares. */
const rows = 20
const columns = {
  a: Array.from({ length: rows }, (_, n) => 10 * n),
  b: Array.from({ length: rows }, (_, n) => n * n),
}

async function ready(given: Partial<ForecastSettings> = {}, content = tableOf(columns)) {
  const settings = settingsWith({ target: ['a', 'b'], window: 4, horizon: 2, split: [12, 4, 4], ...given })
  const { series, roles } = await read(content, settings)
  const preparation = preparationFor({ series, roles, cut: cutOf(series, settings) }, settings)
  return { series, preparation, data: standardised(series, preparation) }
}

const near = (values: ArrayLike<number>) => Array.from(values, (value) => expect.closeTo(value, 5))

describe('scalers', () => {
  test('are mean and deviation of the training part alone', async () => {
    const { preparation } = await ready()
    // 0, 10 … 110: mean 55, deviation 10 · √((12² − 1) / 12)
    expect(preparation.scalers[0]).toEqual({ mean: 55, deviation: expect.closeTo(34.520525, 6) })
    // (11 · 12 · 23 / 6) / 12 is the mean of the squares
    expect(preparation.scalers[1].mean).toBeCloseTo(506 / 12, 12)
  })

  test('bring it to mean 0 and deviation 1', async () => {
    const { data } = await ready()
    for (const column of data.columns) {
      const part = column.subarray(0, 12)
      const mean = part.reduce((sum, value) => sum + value, 0) / 12
      expect(mean).toBeCloseTo(0, 6)
      expect(part.reduce((sum, value) => sum + value * value, 0) / 12).toBeCloseTo(1, 6)
    }
  })

  test('leave a constant at zero', async () => {
    const content = tableOf({ a: columns.a, b: columns.b.map((_, row) => (row < 12 ? 0.1 : 0.3)) })
    const { preparation, data } = await ready({}, content)
    expect(preparation.scalers[1].deviation).toBe(0)
    expect(Array.from(data.columns[1]).slice(0, 12)).toEqual(new Array(12).fill(expect.closeTo(0, 6)))
    expect(data.columns[1][12]).toBeCloseTo(0.2, 6)
  })
})

describe('windows', () => {
  test('end right before their forecast, less their last value; labels are what came', async () => {
    const { data, preparation } = await ready()
    const scale = (index: number, values: number[]) =>
      near(values.map((v) => v / preparation.scalers[index].deviation))
    const inputs = inputsAt(data, [4, 7])
    expect(inputs.map(({ shape }) => shape)).toEqual([
      [2, 4],
      [2, 4],
      [2, 4, 2],
    ])
    const [a, b, steps] = inputs.map((tensor) => tensor.data)
    expect(Array.from(a)).toEqual(scale(0, [-30, -20, -10, 0, -30, -20, -10, 0]))
    expect(Array.from(b)).toEqual(scale(1, [0 - 9, 1 - 9, 4 - 9, 0, 9 - 36, 16 - 36, 25 - 36, 0]))
    // step by step, all columns of each
    expect(Array.from(steps.subarray(0, 8)).filter((_, at) => at % 2 === 0)).toEqual(
      scale(0, [-30, -20, -10, 0]),
    )
    expect(Array.from(steps.subarray(8)).filter((_, at) => at % 2 === 1)).toEqual(
      scale(1, [-27, -20, -11, 0]),
    )
    const labels = labelsAt(data, [4, 7])
    expect(Array.from(labels)).toEqual([
      ...scale(0, [10, 20]),
      ...scale(1, [16 - 9, 25 - 9]),
      ...scale(0, [10, 20]),
      ...scale(1, [49 - 36, 64 - 36]),
    ])
  })

  test('of no part reach beyond it, and none is left out', async () => {
    const { preparation } = await ready()
    // train: a window before, the forecast within
    expect(originsIn(preparation, 0, 12)).toEqual([4, 5, 6, 7, 8, 9, 10])
    // what they are made from may reach back into the part before
    expect(originsIn(preparation, 12, 16)).toEqual([12, 13, 14])
    expect(originsIn(preparation, 16, 20)).toEqual([16, 17, 18])
    expect(originsIn(preparation, 16, 17)).toEqual([])
  })

  test('know nothing of what comes after them', async () => {
    const { data } = await ready()
    const later = tableOf({
      a: columns.a.map((value, row) => (row < 8 ? value : -value)),
      b: columns.b.map((value, row) => (row < 8 ? value : -value)),
    })
    const { preparation } = await ready()
    const { series } = await read(later, { target: ['a', 'b'] })
    const other = standardised(series, preparation)
    expect(inputsAt(other, [4, 6, 8])).toEqual(inputsAt(data, [4, 6, 8]))
    expect(inputsAt(other, [9])).not.toEqual(inputsAt(data, [9]))
  })

  test('of a part that is filled for the most are left out', async () => {
    const gap = (values: number[]) => values.map((value, row) => ([6, 7, 9].includes(row) ? '' : value))
    const { data } = await ready({ target: ['a'] }, tableOf({ a: gap(columns.a), b: columns.b }))
    // forecasts from 5 (rows 5, 6), 6 (6, 7), 7, 8 and 9 have half of their numbers or none
    expect(mostlyKnown(data, [4, 5, 6, 7, 8, 9, 10])).toEqual([4, 10])
    const both = await ready({}, tableOf({ a: gap(columns.a), b: columns.b }))
    expect(mostlyKnown(both.data, [4, 5, 6, 7, 8, 9, 10])).toEqual([4, 5, 7, 8, 9, 10])
  })
})

test('inputs and dates are read beside the targets', async () => {
  const { data, preparation } = await ready({ target: ['a'], inputs: ['b'], calendar: ['weekday', 'month'] })
  expect(featuresOf(preparation)).toBe(6)
  const inputs = inputsAt(data, [4])
  expect(inputs.map(({ shape }) => shape)).toEqual([
    [1, 4],
    [1, 4, 6],
  ])
  const steps = inputs[1].data
  // inputs keep their level
  const { mean, deviation } = preparation.scalers[1]
  const ofInputs = steps.filter((_, at) => at % 6 === 1)
  expect(Array.from(ofInputs)).toEqual(near([0, 1, 4, 9].map((value) => (value - mean) / deviation)))
  // 2024-01-01 was a Monday: a seventh of the way round; January is the beginning
  expect(Array.from(steps.subarray(2, 6))).toEqual(
    near([Math.sin((2 * Math.PI) / 7), Math.cos((2 * Math.PI) / 7), 0, 1]),
  )
  expect(labelsAt(data, [4])).toHaveLength(2)
})

test('the hour of the day, with its minutes', async () => {
  const content = `t,x\n${Array.from({ length: 20 }, (_, n) => `2024-01-01 ${String(n >> 1).padStart(2, '0')}:${n % 2 ? '30' : '00'},${n}`).join('\n')}\n`
  const { data } = await ready({ target: ['x'], calendar: ['hour'] }, content)
  expect(data.calendar[0][12]).toBeCloseTo(1, 6)
  expect(data.calendar[0][13]).toBeCloseTo(Math.sin((2 * Math.PI * 6.5) / 24), 6)
  expect(data.calendar[1][12]).toBeCloseTo(0, 6)
})

describe('how far back, where nothing is said', () => {
  const windowOf = (count: number, given: Partial<ForecastSettings> = {}) => {
    const settings = settingsWith({ window: null, horizon: 1, ...given })
    const { window, patch } = cutOf({ name: 'x', step: null, rows: count }, settings)
    return [window, patch]
  }
  test.each<[string, number, Partial<ForecastSettings>, number[]]>([
    ['two weeks of hours, a day at a time', 17_420, { season: 24 }, [336, 24]],
    ['a quarter of few rows', 100, { season: 12 }, [25, 1]],
    ['14 seasons', 2000, { season: 12 }, [168, 12]],
    ['whole patches', 500, { season: 12 }, [120, 12]],
    ['no season', 1000, { season: 1 }, [48, 1]],
    ['as said', 1000, { season: 12, window: 100 }, [100, 1]],
    ['as said, in patches that go into it', 1000, { season: 1, window: 100, patch: 5 }, [100, 5]],
    ['windows of patches that were said', 1000, { season: 1, patch: 7 }, [42, 7]],
  ])('%s', (_, count, given, expected) => {
    expect(windowOf(count, given)).toEqual(expected)
  })
})

test('patches that do not go into a window that was said are refused', () => {
  const settings = settingsWith({ window: 100, patch: 7 })
  expect(() => cutOf({ name: 'x', step: null, rows: 1000 }, settings)).toThrow(
    /^--patch 7: expected steps that go into the window of 100 without a rest, received 7\. Take 5, or --window 105\./,
  )
})

test('what of the dates to read, where there are none, is refused', async () => {
  const settings = settingsWith({ target: ['a'], window: 4, calendar: ['weekday'], date: ['none'] })
  await expect(dataOf(tableOf(columns), settings)).rejects.toThrow(
    /--calendar weekday: expected a series with dates, received .* in which none were found/,
  )
})
