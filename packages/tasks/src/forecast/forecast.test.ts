import { layers, type Model, sequential } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { fileOf } from '../tables/testing.ts'
import { forecast } from './forecast.ts'
import { type ForecastData, load } from './load.ts'
import { forecastFrom, forecastsAt } from './predict.ts'
import { preparationOf } from './preparation.ts'
import type { Series } from './series.ts'
import type { ForecastSettings } from './settings.ts'
import { dataOf, noise, sales, settingsWith, tableOf, trained, weeks } from './testing.ts'
import { originsIn, standardised } from './windows.ts'

const learned = trained(sales)

describe.each(['lstm', 'gru', 'rnn'] as const)('%s', (cell) => {
  test('learns what a linear forecast cannot: which of two turns comes, by their product', async () => {
    // the next value is the product of two that nothing foretells
    const x = noise(1500)
    for (let at = 2; at < x.length; at++) x[at] = at % 3 === 2 ? 2 * x[at - 1] * x[at - 2] : x[at]
    const settings = settingsWith({
      cell,
      target: ['x'],
      horizon: 1,
      window: 3,
      season: 3,
      units: 16,
      epochs: 60,
    })
    const { outcome } = await trained(tableOf({ x }), settings)
    const { metrics, baselines } = outcome
    expect(metrics.mse).toBeLessThan(0.95 * Number(baselines.linear.mse))
  })
})

describe('a series with a season', () => {
  test('is forecast better than by what is naive', async () => {
    const { outcome } = await learned
    const { metrics, baselines, warnings } = outcome
    expect(Object.keys(baselines)).toEqual(['naive', 'seasonalNaive', 'drift', 'linear'])
    for (const name of ['naive', 'seasonalNaive', 'drift']) {
      expect(Number(metrics.mse)).toBeLessThan(Number(baselines[name].mse))
    }
    for (const figures of Object.values(baselines)) {
      expect(Object.keys(figures)).toEqual(['mae', 'rmse', 'mase', 'mse'])
    }
    expect(warnings.join()).not.toContain('naive')
    expect(metrics.mase).toBeLessThan(1)
  })

  test('a model that does not beat them is warned of, by their names', async () => {
    // nothing foretells a walk at random: the last value is best
    let at = 0
    const walk = noise(400, 3).map((step) => {
      at += step
      return at
    })
    const { outcome } = await trained(tableOf({ walk }), settingsWith({ learningRate: 0.1, epochs: 3 }))
    expect(outcome.metrics.mse).toBeGreaterThan(Number(outcome.baselines.naive.mse))
    expect(outcome.warnings[0]).toMatch(
      /^The model does not beat the naive forecast \(the last value goes on\)/,
    )
  })

  test('every forecast within the test part is measured', async () => {
    const { outcome, model, data } = await learned
    const { parts, horizon } = preparationOf(model)
    expect(parts).toEqual({ validation: 280, test: 320, end: 400 })
    expect(outcome.samples).toBe(80 - horizon + 1)
    expect(outcome.headline).toMatch(
      /^sold, 3 steps ahead from each of 78 rows: MSE .* the 80 % interval holds/,
    )
    // and by hand, from every row
    const all = standardised(data.series, preparationOf(model))
    const origins = originsIn(preparationOf(model), 320, 400)
    const { point } = await forecastsAt(model, all, origins)
    let sum = 0
    for (const [n, origin] of origins.entries()) {
      for (let h = 0; h < 3; h++) sum += (point[3 * n + h] - all.columns[0][origin + h]) ** 2
    }
    expect(outcome.metrics.mse).toBeCloseTo(sum / (3 * origins.length), 6)
  })

  test.each([400, 3000])('the quarters of the test part come to the whole: %i rows', async (count) => {
    const { outcome } = await trained(tableOf({ x: weeks(count) }), settingsWith({ epochs: 1 }))
    const [rolling] = outcome.sections
    expect(rolling.kind === 'table' && rolling.title).toBe('As the origin rolls through the test part')
    const rows = rolling.kind === 'table' ? rolling.rows.map((row) => Number(row[3])) : []
    expect(rows).toHaveLength(4)
    const total = count / 5 - 2
    const until = (quarter: number) => Math.ceil((quarter * total) / 4)
    const sum = rows.reduce((all, mse, quarter) => all + mse * (until(quarter + 1) - until(quarter)), 0)
    expect(sum / total).toBeCloseTo(Number(outcome.metrics.mse), 4)
  })

  test('the error by step ahead grows, and comes to the same in the mean', async () => {
    const { outcome } = await learned
    const chart = outcome.sections.find((section) => section.kind === 'chart')
    const series = chart?.kind === 'chart' ? chart.series : []
    expect(series.map(({ name }) => name)).toEqual(['this model', 'naive', 'seasonal naive', 'linear'])
    const [own, naive] = series.map(({ points }) => points.map(([, value]) => value))
    expect((own[0] + own[1] + own[2]) / 3).toBeCloseTo(Number(outcome.metrics.mse), 6)
    expect(naive[2]).toBeGreaterThan(naive[0])
  })

  test('what is missing is not measured', async () => {
    const values = weeks(400)
    const holes = values.map((value, row) => (row >= 350 && row < 360 ? '' : value.toFixed(6)))
    const spoilt = values.map((value, row) => (row >= 350 && row < 360 ? '1000000' : value.toFixed(6)))
    const { model } = await learned
    const score = async (column: (string | number)[]) => {
      const { metrics } = await forecast.score(model, await dataOf(tableOf({ sold: column })))
      return Number(metrics.mse)
    }
    expect(await score(spoilt)).toBeGreaterThan(1e6)
    expect(await score(holes)).toBeLessThan(1)
  })
})

describe('intervals', () => {
  test('are in the order of their levels, whatever was learned', async () => {
    const quantiles = [0.05, 0.25, 0.5, 0.75, 0.95]
    const { model, data } = await trained(sales, settingsWith({ quantiles, learningRate: 0.3, epochs: 1 }))
    const preparation = preparationOf(model)
    const origins = originsIn(preparation, 320, 400)
    const { quantiles: levels } = await forecastsAt(model, standardised(data.series, preparation), origins)
    expect(levels).toHaveLength(5)
    for (let q = 1; q < 5; q++) {
      expect(levels[q].every((value, at) => value >= levels[q - 1][at])).toBe(true)
    }
    const [{ quantiles: found }] = await forecastFrom(model, data.series, preparation)
    expect(found.map(({ level }) => level)).toEqual(quantiles)
  })

  test('hold about as much as they say, of noise that stays the same', async () => {
    const { outcome } = await trained(tableOf({ x: noise(3000) }), settingsWith({ quantiles: [0.1, 0.9] }))
    // 600 rows at 80 %: ± 0.016, and as much of the quantiles' own
    expect(Math.abs(Number(outcome.metrics.coverage) - 0.8)).toBeLessThan(0.06)
    const narrow = await trained(tableOf({ x: noise(3000) }), settingsWith({ quantiles: [0.4, 0.6] }))
    expect(Math.abs(Number(narrow.outcome.metrics.coverage) - 0.2)).toBeLessThan(0.06)
  })

  test('that hold much less than they say are warned of', async () => {
    const louder = noise(400).map((value, row) => (row < 320 ? value : 5 * value))
    const { outcome } = await trained(tableOf({ x: louder }), settingsWith({ epochs: 1 }))
    expect(outcome.warnings.at(-1)).toMatch(
      /^The intervals are too narrow: those of 80 % hold [1-4]\d\.\d % of/,
    )
  })

  test('of one level alone are none: no coverage is made up', async () => {
    const { outcome } = await trained(sales, settingsWith({ quantiles: [0.5], epochs: 1 }))
    expect(outcome.metrics.coverage).toBeNull()
    expect(outcome.headline).not.toContain('interval')
  })
})

describe('a series that never changes', () => {
  test('has no MASE: null among the figures, and told in words', async () => {
    const settings = settingsWith({ target: ['flat'] })
    const { outcome, data } = await trained(tableOf({ flat: new Array(200).fill(3) }), settings)
    expect(data.notes).toContain('flat is constant in the training part.')
    expect(outcome.metrics).toMatchObject({
      mae: expect.closeTo(0, 1),
      mase: null,
      mse: expect.closeTo(0, 3),
    })
    expect(JSON.parse(JSON.stringify(outcome.baselines)).naive).toEqual({
      mae: 0,
      rmse: 0,
      mase: null,
      mse: 0,
    })
    expect(outcome.headline).toContain('MASE undefined')
    expect(outcome.warnings).toContain(
      'MASE is undefined for flat: the series is constant or varies too little beside its level in the training part, so that there is no error to measure by.',
    )
  })

  test('or varies by less beside its level than is computed with', async () => {
    const { outcome } = await trained(
      tableOf({ high: Array.from({ length: 200 }, (_, n) => 1e9 + 0.01 * n) }),
    )
    expect(outcome.warnings).toContainEqual(
      expect.stringMatching(
        /^MASE is undefined for high: .* varies too little beside its level in the training part/,
      ),
    )
  })

  test('or only comes again, or not even once', async () => {
    const same = await trained(tableOf({ x: Array.from({ length: 210 }, (_, n) => n % 7) }), settingsWith())
    expect(same.outcome.metrics.mase).toBeNull()
    expect(same.outcome.warnings.at(-1)).toMatch(
      /^MASE is undefined for x: each season is like the one before in/,
    )
    const short = await trained(tableOf({ x: weeks(200) }), settingsWith({ season: 140 }))
    expect(short.outcome.metrics.mase).toBeNull()
    expect(short.outcome.warnings.at(-1)).toMatch(
      /there is no more than a season of 140 rows in the training part/,
    )
  })

  test('beside one that does: the mean over those that have one', async () => {
    const settings = settingsWith({ target: ['flat', 'x'] })
    const { outcome } = await trained(tableOf({ flat: new Array(200).fill(3), x: weeks(200) }), settings)
    expect(outcome.metrics.mase).toBeGreaterThan(0)
    expect(outcome.warnings.at(-1)).toMatch(/^MASE is undefined for flat: the series is constant/)
  })
})

test('a test part without a number is not taken for a good forecast', async () => {
  const values = weeks(400).map((value, row) => (row < 320 ? value : ''))
  const { outcome } = await trained(tableOf({ sold: values }))
  expect(outcome.metrics).toEqual({ mae: null, rmse: null, mase: null, mse: null, coverage: null })
  expect(outcome.warnings).toEqual(['Nothing was measured: in every row to test on the numbers are missing.'])
})

test('one step ahead that was never measured, or none at all, is not drawn', async () => {
  const gap = weeks(400).map((value, row) => (row === 398 ? '' : value))
  const { outcome } = await trained(tableOf({ sold: gap }), settingsWith({ split: [300, 97, 3] }))
  const charts = outcome.sections.filter((section) => section.kind === 'chart')
  expect(charts[0].series.map(({ points }) => points.map(([step]) => step))[0]).toEqual([1, 3])
  expect(outcome.pictures?.map(({ svg }) => svg.includes('NaN'))).toEqual([false, false])
  const blank = weeks(400).map((value, row) => (row < 320 ? value : ''))
  const none = (await trained(tableOf({ sold: blank }))).outcome
  expect(none.sections.map(({ kind }) => kind)).not.toContain('chart')
  expect(none.pictures).toEqual([])
})

test('of other data nothing is measured before a column has begun', async () => {
  const { model, data } = await learned
  const late = tableOf({ sold: weeks(100).map((value, row) => (row < 40 ? '' : value)) })
  const own = { model, settings: settingsWith(), learned: data as ForecastData }
  const other = await forecast.loadNew([fileOf(late)], 'late.csv', own)
  // the first row with a number is 40, from 0
  expect((await forecast.score(model, other)).samples).toBe(100 - 41 - 3 + 1)
})

test('a validation part without a number is told', async () => {
  const values = weeks(400).map((value, row) => (row >= 280 && row < 330 ? '' : value))
  await expect(trained(tableOf({ sold: values }))).rejects.toThrow(
    /^x\.csv: expected numbers to forecast in rows 281 to 320, which are validated on, received none, or too few/,
  )
})

test('nothing is forecast from what was only filled in, nor from rows that are not there', async () => {
  const { model } = await learned
  const preparation = preparationOf(model)
  const gone = (await dataOf(tableOf({ sold: weeks(400).map((value, row) => (row < 380 ? value : '')) })))
    .series
  await expect(forecastFrom(model, gone, preparation)).rejects.toThrow(
    /expected numbers in the column sold among the 14 rows that the forecast is made from, received none/,
  )
  for (const origin of [13, 401, 1.5, Number.NaN]) {
    await expect(forecastFrom(model, gone, preparation, origin)).rejects.toThrow(
      /^origin: expected a row from 14, .* to 400, received/,
    )
  }
})

test('a model of another task is refused', () => {
  const other: Model = sequential([layers.lstm({ units: 2, inputShape: [null, 12] })])
  expect(() => preparationOf(other)).toThrow(
    /expected a model made by 'carousel train forecast', received one whose/,
  )
})

describe('data that cannot be learned from', () => {
  test.each<[string, string, Partial<ForecastSettings>, RegExp]>([
    [
      'a horizon longer than the data',
      tableOf({ x: weeks(50) }),
      { horizon: 60 },
      /expected at least 74 rows to train on \(14 back and 60 ahead\)/,
    ],
    [
      'a window longer than the data',
      tableOf({ x: weeks(50) }),
      { window: 60 },
      /expected at least 63 rows to train on/,
    ],
    ['a single row', tableOf({ x: [1] }), { window: null }, /expected at least \d+ rows to train on/],
  ])('%s', async (_, content, given, message) => {
    await expect(dataOf(content, settingsWith(given))).rejects.toThrow(message)
  })

  test('a folder, or none', async () => {
    const files = [fileOf('day,x\n', { name: 'a.csv' }), fileOf('day,x\n', { name: 'b.csv' })]
    await expect(load(files, 'data', settingsWith())).rejects.toThrow(
      /^expected one file, .* received 2: a\.csv, …\. Name the file itself/,
    )
    await expect(load([], 'data', settingsWith())).rejects.toThrow(/received none/)
  })
})

test('exactly the same season after season is no measure, though numbers are rounded', async () => {
  const wave = Array.from({ length: 210 }, (_, n) => 1000 * Math.sin((2 * Math.PI * n) / 7))
  const { outcome } = await trained(tableOf({ x: wave }), settingsWith())
  expect(outcome.metrics.mase).toBeNull()
})

test('with a limit the data say how many windows are trained on', async () => {
  const data = await dataOf(sales, settingsWith({ limit: 50 }))
  expect(data.identity.trainSamples).toBe(50)
})

test('what is missing is not drawn, and rows without a number are not counted', async () => {
  const values = weeks(400).map((value, row) => (row >= 390 && row < 396 ? '' : value))
  const { outcome } = await trained(tableOf({ sold: values }), settingsWith({ horizon: 3 }))
  // forecasts from rows 390 to 393 have no number at all
  expect(outcome.samples).toBe(78 - 4)
  const chart = outcome.sections.findLast((section) => section.kind === 'chart')
  const lines = chart?.kind === 'chart' ? chart.series : []
  // where two meet, the earlier line is seen
  expect(lines.map(({ name }) => name)).toEqual(['forecast', 'what came', 'lower', 'upper'])
  const truth = lines[1]
  expect(truth.points.map(([x]) => x).filter((x) => x > -8)).toEqual([-7, 0, 1, 2, 3])
})

test('rows beyond the split are told, and not looked at', async () => {
  const settings = settingsWith({ split: [200, 50, 50] })
  const data = await dataOf(sales, settings)
  expect(data.notes).toContain('The last 100 rows are beyond the split, and not used.')
  expect(data.identity).toMatchObject({ name: 'x.csv', trainSamples: 200 - 14 - 3 + 1, testSamples: 48 })
  const { series } = data
  const other: Series = {
    ...series,
    values: [series.values[0].map((value, row) => (row < 300 ? value : 1e6))],
  }
  const [one, two] = [await trained(data, settings), await trained({ ...data, series: other }, settings)]
  expect(two.outcome.metrics).toEqual(one.outcome.metrics)
  // nor drawn
  expect(two.outcome.sections).toEqual(one.outcome.sections)
  expect(two.outcome.pictures).toEqual(one.outcome.pictures)
})
