import { expect, test } from 'vitest'
import { Measure } from './measure.ts'
import { preparationFor } from './preparation.ts'
import { cutOf } from './split.ts'
import { read, settingsWith, tableOf } from './testing.ts'

/** Deviation 2 and a seasonal naive error of 4 in a; of b nothing changes. */
async function measure() {
  const a = Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? 8 : 12))
  const settings = settingsWith({ target: ['a', 'b'], window: 4, horizon: 2, season: 1, split: [12, 4, 4] })
  const { series, roles } = await read(tableOf({ a, b: a.map(() => 5) }), settings)
  const preparation = preparationFor({ series, roles, cut: cutOf(series, settings) }, settings)
  expect(preparation.scalers[0]).toEqual({ mean: 10, deviation: 2 })
  expect(preparation.errors).toEqual([4, 0])
  return new Measure(preparation)
}

test('errors in the own unit, beside the seasonal naive one, and on standardised values', async () => {
  const found = await measure()
  found.add(0, 1, 0)
  found.add(0, -1, 0)
  found.add(1, 3, 1)
  found.add(1, 0, 0)
  // absolute errors 1, 1, 2, 0, of which one is 2 in the own unit
  expect(found.metricsOf(0)).toEqual({ mae: 2, rmse: Math.sqrt(1.5) * 2, mase: 0.5, mse: 1.5 })
  expect(found.byStep()).toEqual([1, 2])
})

test('of several targets the mean of what has no unit; of one that never changed there is no MASE', async () => {
  const found = await measure()
  found.add(0, 1, 0)
  found.add(2, 0.5, 0)
  expect(found.metricsOf(1)).toEqual({ mae: 0.5, rmse: 0.5, mase: null, mse: 0.25 })
  expect(found.metrics()).toEqual({ mae: null, rmse: null, mase: 0.5, mse: 0.625 })
})

test('nothing measured is no figure, rather than a good one', async () => {
  const found = await measure()
  const none = { mae: null, rmse: null, mase: null, mse: null }
  expect(found.metrics()).toEqual(none)
  expect(found.coverage).toBeNull()
  found.add(0, 1, 0)
  expect(found.metricsOf(1)).toEqual(none)
  expect(found.metrics().mse).toBe(1)
})

test('the share of what came inside its interval, its bounds among it', async () => {
  const found = await measure()
  for (const truth of [0.9, 1, 1.5, 2, 2.1]) found.addInterval(1, 2, truth)
  expect(found.coverage).toBe(0.6)
})
