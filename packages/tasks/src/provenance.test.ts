import { loadModel } from '@carousel/core'
import { expect, test } from 'vitest'
import { forecast } from './forecast/forecast.ts'
import { keepMeasured, train } from './job.ts'
import { originOf } from './provenance.ts'
import { fileOf } from './tables/testing.ts'

test('figures that are not finite are null in the file, which still says what the model is', async () => {
  // the validation part is rows 84 to 95
  const rows = Array.from({ length: 120 }, (_, row) => (row === 90 ? '3e37' : Math.sin(row).toFixed(3)))
  const settings = forecast.settings({ horizon: 2, window: 4, units: 2, epochs: 1, seed: 1 })
  const data = await forecast.load([fileOf(`x\n${rows.join('\n')}\n`)], 'x.csv', settings)
  const job = await forecast.begin(data, settings)
  await expect(train(job, { onEpok() {} } as object)).rejects.toThrow(/any of signal, .*received 'onEpok'/)
  const { history } = await train(job)
  expect(history[0]).toMatchObject({ epoch: 1, loss: expect.any(Number), valLoss: null })
  keepMeasured(job.model, { ...(await job.score()), metrics: { mse: Number.POSITIVE_INFINITY } })
  const origin = originOf(forecast, await loadModel(await job.model.saveBytes()))
  expect(origin).toMatchObject({ history, measured: { metrics: { mse: null } } })
})
