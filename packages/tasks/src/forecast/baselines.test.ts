import { readFileSync } from 'node:fs'
import type { Tensor } from '@carousel/core'
import { describe, expect, test } from 'vitest'
import { linearBaseline, linearOf, simpleBaselines } from './baselines.ts'
import { forecast } from './forecast.ts'
import { forecastFrom } from './predict.ts'
import { preparationOf } from './preparation.ts'
import { dataOf, settingsWith } from './testing.ts'
import { inputsAt, labelsAt, originsIn, standardised } from './windows.ts'

type Figures = Record<'mae' | 'rmse' | 'mase' | 'mse', number>

/** Computed by NumPy: test/golden/forecast.py */
const golden: {
  csv: string
  settings: { window: number; horizon: number; season: number; split: number[]; quantiles: number[] }
  scalers: { mean: number; deviation: number }[]
  seasonalErrors: number[]
  origins: number[]
  forecasts: Record<string, Tensor>[]
  figures: Record<string, { columns: Figures[]; all: Figures }>
  coverage: number
  pinball: number
} = JSON.parse(readFileSync(new URL('../../../../test/golden/forecast.json', import.meta.url), 'utf8'))

const settings = settingsWith({ target: ['a', 'b'], ...golden.settings })
const data = await dataOf(golden.csv, settings)
const job = await forecast.begin(data, settings)
const preparation = preparationOf(job.model)
const ready = standardised(data.series, preparation)
const outcome = await job.score()

/** float32 values, whose differences are taken */
const near = (value: number) => expect.closeTo(value, value > 100 ? 3 : 4)
/** Of targets in different units, what has none. */
const ofSeveral = ({ mase, mse }: Figures) => ({ mae: null, rmse: null, mase: near(mase), mse: near(mse) })

describe('as NumPy has it', () => {
  test('scalers, and the error that MASE is measured by', () => {
    expect(preparation.scalers).toEqual(
      golden.scalers.map(({ mean, deviation }) => ({ mean: near(mean), deviation: near(deviation) })),
    )
    expect(preparation.errors).toEqual(golden.seasonalErrors.map(near))
  })

  describe.each(Object.keys(golden.figures))('%s', (name) => {
    test('forecasts from single rows', () => {
      const linear = linearBaseline(ready, linearOf(ready))
      const forecaster = { ...simpleBaselines(ready), linear }[name]
      if (!forecaster) throw new Error(name)
      const { horizon, scalers } = preparation
      for (const [index, { mean, deviation }] of scalers.entries()) {
        const result = new Float64Array(golden.origins.length * horizon)
        for (const [n, origin] of golden.origins.entries()) {
          forecaster(index, origin, result.subarray(n * horizon, (n + 1) * horizon))
        }
        const own = Array.from(result, (value) => value * deviation + mean)
        expect(own).toEqual(Array.from(golden.forecasts[index][name].data, near))
      }
    })

    test('figures over every row of the test part, what is missing left out', () => {
      expect(outcome.samples).toBe(38)
      expect(outcome.baselines[name]).toEqual(ofSeveral(golden.figures[name].all))
    })
  })

  test('a model begins as the linear forecast, its intervals where that has its errors', async () => {
    const { linear } = golden.figures
    expect(outcome.metrics).toEqual({ ...ofSeveral(linear.all), coverage: near(golden.coverage) })
    expect(outcome.sections[0]).toMatchObject({
      title: 'By column',
      rows: linear.columns.map((figures, index) => [
        'ab'[index],
        ...Object.values(figures).map((value) => value.toFixed(4)),
      ]),
    })
    const [found] = await forecastFrom(job.model, data.series, preparation, golden.origins[1])
    expect(found.point).toEqual(Array.from(golden.forecasts[0].linear.data.slice(3, 6), near))
  })

  test('and the pinball loss is that of these intervals', async () => {
    const origins = originsIn(preparation, preparation.parts.test, preparation.parts.end)
    const rows = origins.length
    const labels = { shape: [rows, 6], data: labelsAt(ready, origins) }
    const { quantilesLoss } = await job.model.evaluate(
      inputsAt(ready, origins),
      { point: labels, quantiles: labels },
      // all at once: of several batches each would count alike, however many rows it has
      { batchSize: rows },
    )
    expect(quantilesLoss).toBeCloseTo(golden.pinball, 4)
  })
})

describe('where a window holds less than a season', () => {
  test('the seasonal forecast looks back a season none the less', async () => {
    const short = settingsWith({ ...settings, window: 5, patch: 1 })
    const own = await dataOf(golden.csv, short)
    const { model } = await forecast.begin(own, short)
    const { baselines: found } = await forecast.score(model, own)
    expect(found.seasonalNaive).toEqual(outcome.baselines.seasonalNaive)
    expect(found.naive).toEqual(outcome.baselines.naive)
  })
})

test('a horizon beyond a season repeats the season', async () => {
  const far = settingsWith({ ...settings, horizon: 16 })
  const own = await dataOf(golden.csv, far)
  const { model } = await forecast.begin(own, far)
  const all = standardised(own.series, preparationOf(model))
  const result = new Float64Array(16)
  simpleBaselines(all).seasonalNaive(0, 90, result)
  expect(Array.from(result.subarray(7, 14))).toEqual(Array.from(result.subarray(0, 7)))
  expect(Array.from(result.subarray(0, 7))).toEqual(Array.from(all.columns[0].subarray(83, 90)))
})
