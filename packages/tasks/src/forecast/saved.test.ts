import { input, layers, loadModel, type Model, model as modelBetween } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { train } from '../job.ts'
import { originOf } from '../provenance.ts'
import { fileOf } from '../tables/testing.ts'
import { csvOf } from './csv.ts'
import { forecast } from './forecast.ts'
import { type ForecastData, loadNew, seriesFor } from './load.ts'
import { forecastFrom } from './predict.ts'
import { preparationOf } from './preparation.ts'
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

describe('a training that the validation ended', () => {
  // learns nothing more after its first steps
  const settings = settingsWith({ epochs: 20, learningRate: 0.2 })
  const ended = trained(sales, settings)
  const again = async (change: Partial<ForecastSettings>) => {
    const { model, data } = await ended
    const copy = await loadModel(await model.saveBytes())
    const job = await forecast.resume(copy, data, { ...settings, ...change })
    const history = originOf(forecast, copy)?.history ?? []
    return { job, copy, result: await train(job, { history }) }
  }

  test('goes on by no epoch, and says why', async () => {
    const { model } = await ended
    const epochs = Number(model.position?.epoch)
    expect(epochs).toBeLessThan(20)
    const { job, copy, result } = await again({})
    expect(result.history).toHaveLength(epochs)
    expect(await copy.weightsSha256()).toBe(await model.weightsSha256())
    expect(job.data.notes.at(-1)).toMatch(/^Training had ended after epoch \d+, as the validation part/)
  })

  test('goes on with more epochs, and waits anew', async () => {
    const { model } = await ended
    const { job, result } = await again({ epochs: 30 })
    // three epochs in which nothing gets better end it again
    expect(result.history.length).toBeGreaterThanOrEqual(Number(model.position?.epoch) + 3)
    expect(job.data.notes.join()).not.toContain('ended')
  })

  test('stopped on the way and resumed, it has the bits of one that never stopped', async () => {
    const { model, data } = await ended
    const controller = new AbortController()
    const job = await forecast.begin(data, settings)
    const last = Number(model.position?.epoch) - 1
    await train(job, {
      signal: controller.signal,
      onBatch: ({ epoch, batch }) => void (epoch === last && batch === 2 && controller.abort()),
    })
    const copy = await loadModel(await job.model.saveBytes())
    expect(copy.position?.epoch).toBe(last - 1)
    await train(await forecast.resume(copy, data, settings))
    expect(await copy.weightsSha256()).toBe(await model.weightsSha256())
    expect(copy.position?.epoch).toBe(last + 1)
  })
})

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
    const [head, ...rows] = csvOf(found, preparationOf(model)).trimEnd().split('\n')
    expect(head).toBe('day,sold,sold 10 %,sold 90 %')
    expect(rows.map((row) => row.split(','))).toEqual(
      found[0].labels.map((label, step) => [
        label,
        ...[found[0].point, ...found[0].quantiles.map(({ values }) => values)].map((values) =>
          // the deviation is about 8: five decimals tell a hundred-thousandth of it
          String(Number(values[step].toFixed(5))),
        ),
      ]),
    )
  })

  /** Of another file. */
  const measured = async (content: string, own: ForecastData | null) => {
    const model = await loaded
    const trained = { model, settings: settingsWith(), learned: own }
    const data = await loadNew([fileOf(content)], 'data.csv', trained)
    return { data, outcome: await forecast.score(model, data) }
  }
  /** Later days than those that were learned from. */
  const later = tableOf({ sold: weeks(500).map((value) => value + 1) }).replace(/\n(2024|2025-0[12]).*/g, '')

  test('of another file is measured on all of it, beside the linear model of what was learned from', async () => {
    const { data } = await learned
    const { data: other, outcome } = await measured(later, data)
    expect(Object.keys(outcome.baselines)).toEqual(['naive', 'seasonalNaive', 'drift', 'linear'])
    expect(outcome.samples).toBe(other.series.rows - 14 - 3 + 1)
    expect([other.identity.trainSamples, other.identity.testSamples]).toEqual([0, outcome.samples])
    expect(outcome.warnings).toEqual([])
  })

  test('of another file, where what was learned from is not at hand, without it, and that is told', async () => {
    const { data, outcome } = await measured(later, null)
    expect(Object.keys(outcome.baselines)).toEqual(['naive', 'seasonalNaive', 'drift'])
    expect(data.notes.at(-1)).toMatch(/not at hand: baselines that learn from them are left out/)
  })

  test('rows that were learned from are told', async () => {
    const { data } = await learned
    const { outcome } = await measured(sales, data)
    expect(outcome.warnings).toContain(
      '320 rows of these data stand in the parts that the model was trained and validated on: the figures flatter.',
    )
  })

  test('the head of the CSV: the one column of dates, or what the rows are counted by', async () => {
    const [{ data }, model] = await Promise.all([learned, loaded])
    const found = await forecastFrom(model, data.series, preparationOf(model))
    const headOf = (date: string[], times: readonly number[] | null) =>
      csvOf([{ ...found[0], times }], { date }).split(',')[0]
    expect(headOf(['when'], found[0].times)).toBe('when')
    expect(headOf(['year', 'month', 'day'], found[0].times)).toBe('date')
    expect(headOf([], null)).toBe('row')
  })

  test('a series of millions keeps its units as CSV', async () => {
    const content = tableOf({ sold: weeks(400).map((value) => 1e7 + value) })
    const { model, data } = await trained(content, settingsWith({ epochs: 1 }))
    const found = await forecastFrom(model, data.series, preparationOf(model))
    const [, row] = csvOf(found, preparationOf(model)).split('\n')
    expect(row.split(',')[1]).toMatch(/^10000\d\d\.\d{3,5}$|^100000\d\d\.\d{3,5}$/)
  })

  test.each<[string, string, RegExp]>([
    [
      'other steps',
      't,sold\n2024-01-01 00:00,1\n2024-01-01 01:00,2\n',
      /expected one row every day, as the model was trained on, received 2 rows, one every hour/,
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

  test('that has one output alone, though its file says how to forecast, forecasts nothing', async () => {
    const { data, model } = await learned
    const preparation = preparationOf(model)
    const { window, patch, horizon } = preparation
    const history = input({ shape: [window] })
    const steps = input({ shape: [window / patch, patch] })
    const both = layers.concatenate().apply([history, layers.flatten().apply(steps)])
    const other = modelBetween({
      inputs: [history, steps],
      outputs: layers.dense({ units: horizon }).apply(both),
    })
    await expect(forecastFrom(other, data.series, preparation)).rejects.toThrow(
      /expected a model that forecasts 1 × 3 numbers.*Was the file changed\?/,
    )
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
      { encoding: 'klingon' },
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
