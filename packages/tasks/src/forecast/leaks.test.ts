import { describe, expect, test } from 'vitest'
import { generator, shuffled } from '../random.ts'
import { forecast } from './forecast.ts'
import { forecastFrom } from './predict.ts'
import { preparationOf } from './preparation.ts'
import { dataOf, noise, sales, settingsWith, tableOf, trained, weeks } from './testing.ts'

describe('nothing leaks from the test part', () => {
  const two = { sold: weeks(400), price: noise(400, 9) }
  const settings = settingsWith({ target: ['sold'], inputs: ['price'], calendar: ['weekday'] })
  const changedFrom = (row: number, change: (value: number, row: number) => number | string) => {
    const change1 = (values: number[]) => values.map((value, at) => (at < row ? value : change(value, at)))
    return tableOf({ sold: change1(two.sold), price: change1(two.price) })
  }

  test.each<[string, (value: number, row: number) => number | string]>([
    ['a thousand times as large', (value) => value * 1000],
    ['all the same', () => 7],
    ['mostly missing', (value, row) => (row % 5 === 0 ? value : '')],
    ['wholly missing', () => 'NA'],
  ])('other values there, %s, change neither the preparation nor the weights', async (_, change) => {
    const one = await trained(tableOf(two), settings)
    const other = await trained(changedFrom(320, change), settings)
    expect(preparationOf(other.model)).toEqual(preparationOf(one.model))
    expect(await other.model.weightsSha256()).toBe(await one.model.weightsSha256())
    expect(other.outcome.metrics).not.toEqual(one.outcome.metrics)
    expect(other.data.identity.sha256).not.toEqual(one.data.identity.sha256)
  })

  test('what only watches the training does not reach the preparation, and a changed row of the training does', async () => {
    const [one, watched, learned] = await Promise.all(
      [tableOf(two), changedFrom(280, (value) => value * 10), changedFrom(279, (value) => value * 10)].map(
        async (content) => {
          const { model } = await forecast.begin(await dataOf(content, settings), settings)
          return { preparation: preparationOf(model), sum: await model.weightsSha256() }
        },
      ),
    )
    expect(watched).toEqual(one)
    expect(learned.preparation.scalers).not.toEqual(one.preparation.scalers)
    expect(learned.sum).not.toBe(one.sum)
  })

  test('a column whose numbers begin in the test part would be filled from there: it is refused', async () => {
    const late = (first: number) =>
      dataOf(tableOf({ sold: two.sold, price: two.price.map((v, row) => (row < first ? '' : v)) }), settings)
    await expect(late(280)).rejects.toThrow(
      /^x\.csv: expected numbers in the column price among the first 280 rows, which are trained on, received none/,
    )
    await expect(late(279)).resolves.toBeDefined()
  })

  /** Values that nothing foretells but a second column, from some row on. */
  async function foretold(from: number) {
    const y = noise(1000)
    const other = noise(1001, 2)
    const signal = y.map((_, row) => (row < from ? other[row] : (y[row + 1] ?? 0)))
    const given = settingsWith({
      ...{ target: ['y'], inputs: ['signal'], horizon: 1, window: 8 },
      ...{ units: 16, epochs: 30, learningRate: 0.01 },
    })
    const { outcome } = await trained(tableOf({ y, signal }), given)
    return Number(outcome.metrics.mse)
  }

  test('a signal that foretells after the split alone is of no use; in the training it is', async () => {
    expect(await foretold(0)).toBeLessThan(0.5)
    expect(await foretold(800)).toBeGreaterThan(0.9)
  })

  test('values in a shuffled order are forecast no better than by their mean', async () => {
    const y = shuffled(weeks(1000), generator(4))
    const { outcome } = await trained(tableOf({ y }), settingsWith({ units: 16, epochs: 10 }))
    for (const { mse } of [outcome.metrics, outcome.baselines.linear]) {
      expect(mse).toBeGreaterThan(0.9)
      expect(mse).toBeLessThan(1.4)
    }
  })

  test('a forecast is the same whatever comes after it', async () => {
    const { model, data } = await trained(sales)
    const preparation = preparationOf(model)
    const values = Array.from(data.series.values[0])
    const cut = await dataOf(tableOf({ sold: values.map((value, row) => (row < 350 ? value : -value)) }))
    const [one, other] = await Promise.all(
      [data.series, cut.series].map((series) => forecastFrom(model, series, preparation, 350)),
    )
    expect(other).toEqual(one)
  })
})
