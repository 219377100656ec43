// Series in small, the same in Node and in a page: a table is read, learned, measured, forecast and drawn.
import { wasm } from '@carousel/core'
import { filesOf, forecast, train } from '@carousel/tasks'

export interface SeriesResult {
  readonly arithmetic: string
  readonly weightsSha256: string | null
  readonly metrics: object
  readonly baselines: object
  /** What comes after the last row. */
  readonly ahead: readonly object[]
  readonly picture: string
}

export async function learnSeries({
  kernels,
}: {
  kernels: 'auto' | 'simd' | 'relaxed'
}): Promise<SeriesResult> {
  // a week's rhythm and a slow rise, in arithmetic that every runtime has alike
  const rows = Array.from({ length: 300 }, (_, n) => {
    const date = new Date(Date.UTC(2024, 0, 1 + n)).toISOString().slice(0, 10)
    return `${date},${100 + (n % 7) * 5 + n / 8 + ((n * 37) % 11)}`
  })
  const files = filesOf([new File([['date,sold', ...rows, ''].join('\n')], 'sales.csv')])
  const settings = forecast.task.settings({ target: ['sold'], horizon: 7, units: 8, epochs: 4, seed: 1 })
  const data = await forecast.task.load(files, 'sales.csv', settings)
  const job = await forecast.task.begin(data, settings, wasm({ kernels }))
  await train(job)
  const { metrics, baselines } = await job.score()
  const preparation = forecast.preparationOf(job.model)
  const { series } = await forecast.seriesFor(files, preparation, settings)
  const ahead = await forecast.forecastFrom(job.model, series, preparation)
  return {
    arithmetic: await job.model.arithmetic(),
    weightsSha256: await job.model.weightsSha256(),
    metrics,
    baselines,
    ahead: ahead.map(({ target, labels, point }) => ({ target, labels, point: Array.from(point) })),
    picture: forecast.pictureOf(ahead, series, series.rows),
  }
}
