import { loadModel, type Model } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { fileOf } from '../tables/testing.ts'
import { csvOf } from './csv.ts'
import { forecast } from './forecast.ts'
import { loadNew, preparationOf, seriesFor } from './load.ts'
import { forecastFrom } from './predict.ts'
import type { ForecastSettings } from './settings.ts'
import { dayOf, sales, settingsWith, tableOf, trained, weeks } from './testing.ts'

const learned = trained(sales)

test.each([1, 4, 7])(
  'stopped after batch %d and resumed, it has the bits of one that never stopped',
  async (stop) => {
    const settings = settingsWith({ dropout: 0.3 })
    const straight = await trained(sales, settings)
    const controller = new AbortController()
    const job = await forecast.begin(straight.data, settings)
    let left = stop
    const { interrupted } = await train(job, {
      signal: controller.signal,
      onBatch: () => void (--left === 0 && controller.abort()),
    })
    expect(interrupted).toBe(true)
    const model = await loadModel(await job.model.saveBytes())
    await train(await forecast.resume(model, straight.data, settings))
    expect(await model.weightsSha256()).toBe(await straight.model.weightsSha256())
  },
)

describe('a model from its file alone', () => {
  const loaded = learned.then(async ({ model }) => loadModel(await model.saveBytes()))

  test('forecasts as before, and says where it came from', async () => {
    const [{ model, data, job }, other] = await Promise.all([learned, loaded])
    expect(await forecastFrom(other, data.series, preparationOf(other))).toEqual(
      await forecastFrom(model, data.series, preparationOf(model)),
    )
    expect(originOf(forecast, other)?.options).toEqual(job.settings)
    expect(forecast.preparationInWords(other).join('\n')).toMatch(
      /^Forecasts sold for 3 steps ahead \(one every day\), from the 14 before\.\n.*the first 280 rows, 2024-01-01 to 2024-10-06:\n {2}sold: mean [\d.]+, deviation [\d.]+\n[\s\S]*Quantiles: 0\.1, 0\.9\.\n.*rows 1 to 280 to train on, to 320 to validate, to 400 to test\.$/,
    )
  })

  test('goes on from the last row, in the own unit, with dates, as CSV', async () => {
    const [{ data }, model] = await Promise.all([learned, loaded])
    const found = await forecastFrom(model, data.series, preparationOf(model))
    expect(found).toHaveLength(1)
    expect(found[0].labels).toEqual([400, 401, 402].map(dayOf))
    for (const value of found[0].point) expect(Math.abs(value - 50)).toBeLessThan(20)
    const [head, ...rows] = csvOf(found, 'day').trimEnd().split('\n')
    expect(head).toBe('day,sold,sold 10 %,sold 90 %')
    expect(rows.map((row) => row.split(','))).toEqual(
      found[0].labels.map((label, step) => [
        label,
        ...[found[0].point, ...found[0].quantiles.map(({ values }) => values)].map((values) =>
          String(Number(values[step].toPrecision(6))),
        ),
      ]),
    )
  })

  test('of another file is measured on all of it, without the linear model', async () => {
    const model = await loaded
    const data = await loadNew([fileOf(tableOf({ sold: weeks(100) }))], 'data.csv', {
      model,
      settings: settingsWith(),
      learned: null,
    })
    const { baselines, samples, warnings } = await forecast.score(model, data)
    expect(Object.keys(baselines)).toEqual(['naive', 'seasonalNaive', 'drift'])
    expect(samples).toBe(100 - 14 - 3 + 1)
    expect(warnings).toContain(
      'The linear model is left out: it is fitted to the data the model was trained on.',
    )
  })

  test.each<[string, string, RegExp]>([
    [
      'other steps',
      't,sold\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n',
      /expected one every day, as the model was trained on, received 2 rows, one every hour/,
    ],
    ['no dates', 'sold\n1\n2\n', /expected a column named 'day'/],
    [
      'no column of that name',
      'day,price\n2024-01-01,1\n',
      /expected a column named 'sold', received day, price/,
    ],
    [
      'too few rows',
      tableOf({ sold: weeks(13) }),
      /expected at least 14 rows, which the model looks at, received 13/,
    ],
  ])('is not applied to a file of %s', async (_, content, message) => {
    const preparation = preparationOf(await loaded)
    const given = content.startsWith('t,') ? { ...preparation, date: ['t'] } : preparation
    await expect(seriesFor([fileOf(content)], given, settingsWith())).rejects.toThrow(message)
  })

  test('is not measured on fewer rows than a forecast takes', async () => {
    const model = await loaded
    const files = [fileOf(tableOf({ sold: weeks(16) }))]
    await expect(
      loadNew(files, 'data.csv', { model, settings: settingsWith(), learned: null }),
    ).rejects.toThrow(/expected at least 17 rows.* received 16/)
  })

  test('whose preparation is not that of its outputs forecasts nothing', async () => {
    const [{ data }, other] = await Promise.all([learned, loaded])
    const preparation = preparationOf(other)
    for (const changed of [
      { horizon: preparation.horizon + 1 },
      { quantiles: [...preparation.quantiles, 0.95] },
    ]) {
      await expect(forecastFrom(other, data.series, { ...preparation, ...changed })).rejects.toThrow(
        /expected a model that forecasts \d+ × \d+ numbers.*Was the file changed\?/,
      )
    }
  })

  test('whose words were changed is not taken for what it says', async () => {
    const model = await loaded
    const { provenance, preparation } = model
    const options = (provenance as { options: ForecastSettings }).options
    for (const change of [
      { units: 5 },
      { quantiles: [0.9, 0.1] },
      { horizon: 0 },
      { split: [1, 2] },
      { calendar: ['moon'] },
      { target: 'sold' },
    ]) {
      model.provenance = {
        ...(provenance as object),
        options: { ...options, ...change },
      } as typeof provenance
      expect(originOf(forecast, model)).toBeUndefined()
    }
    model.provenance = provenance
    for (const change of [
      { kind: 'text' },
      { scalers: [] },
      { errors: [-1] },
      { window: 0 },
      { patch: 3 },
      { quantiles: [] },
      { step: { ms: 0 } },
      { parts: null },
    ]) {
      model.preparation = { ...preparationOf({ preparation } as Model), ...change } as typeof preparation
      expect(originOf(forecast, model)).toBeUndefined()
      expect(() => preparationOf(model)).toThrow(/expected a model made by 'carousel train forecast'/)
    }
    model.preparation = preparation
    expect(originOf(forecast, model)).toBeDefined()
  })
})
