import type { Model } from '@carousel/core'
import { count, decimal, percent } from '../report/format.ts'
import type { Metrics, Outcome, Section } from '../report/outcome.ts'
import { baselines, linearOf } from './baselines.ts'
import type { ForecastData } from './load.ts'
import { Measure } from './measure.ts'
import { errorPicture, pictureOf } from './pictures.ts'
import { forecastFrom, forecastsAt } from './predict.ts'
import type { ForecastPreparation } from './preparation.ts'
import { originsIn, type Prepared, prepared } from './windows.ts'

const atOnce = 512

/**
 * Rolling-origin evaluation: a forecast from every row of the test part whose forecast lies within it, all steps ahead
 * and all targets counting alike. What is missing there is not measured.
 */
export async function score(
  model: Model,
  data: ForecastData,
  preparation: ForecastPreparation,
  signal?: AbortSignal,
): Promise<Outcome> {
  const all = prepared(data.series, preparation)
  const origins = originsIn(preparation, data.tests.from, data.tests.to)
  // Of other data than it was trained on, nothing may be learned.
  const linear = data.isTrainedOn ? linearOf(all) : undefined
  const { linear: _, ...simple } = baselines(all, linear ?? [])
  const rivals = linear ? baselines(all, linear) : simple
  const own = new Measure(preparation)
  const stretches = Array.from({ length: 4 }, () => new Measure(preparation))
  const others = Object.entries(rivals).map(([name, forecast]) => ({
    name,
    forecast,
    measure: new Measure(preparation),
  }))
  const result = new Float64Array(preparation.horizon)
  for (let first = 0; first < origins.length; first += atOnce) {
    signal?.throwIfAborted()
    const some = origins.slice(first, first + atOnce)
    await measureModel(
      model,
      all,
      some,
      own,
      (n) => stretches[Math.floor((4 * (first + n)) / origins.length)],
      signal,
    )
    for (const { forecast, measure } of others) {
      forEachTarget(all, some, (index, origin) => {
        forecast(index, origin, result, 0)
        addAll(all, measure, index, origin, result, 0)
      })
    }
  }
  const metrics = { ...own.metrics(), coverage: own.coverage }
  const byStep = errorByStep(own, others)
  const last = data.series.rows - preparation.horizon
  const found = Object.fromEntries(others.map(({ name, measure }) => [name, measure.metrics()]))
  return {
    samples: origins.length,
    metrics,
    baselines: found,
    headline: headline(preparation, metrics, origins.length),
    warnings: warningsOf(data, preparation, metrics, found),
    sections: [
      ...byTarget(preparation, own),
      byStretch(stretches),
      { kind: 'chart', title: 'Mean squared error by step ahead', series: byStep },
      await lastForecast(model, all),
    ],
    pictures: [
      {
        name: 'forecast',
        svg: pictureOf(await forecastFrom(model, data.series, preparation, last), data.series, last),
      },
      { name: 'error-by-horizon', svg: errorPicture(byStep) },
    ],
  }
}

function forEachTarget(
  { preparation }: Prepared,
  origins: readonly number[],
  visit: (index: number, origin: number) => void,
): void {
  for (let index = 0; index < preparation.targets.length; index++) {
    for (const origin of origins) visit(index, origin)
  }
}

function addAll(
  { columns, known, preparation: { horizon } }: Prepared,
  measure: Measure,
  index: number,
  origin: number,
  forecast: ArrayLike<number>,
  at: number,
): void {
  for (let h = 0; h < horizon; h++) {
    if (known[index][origin + h] === 0) continue
    measure.add(index * horizon + h, forecast[at + h], columns[index][origin + h])
  }
}

async function measureModel(
  model: Model,
  data: Prepared,
  origins: readonly number[],
  measure: Measure,
  stretchOf: (n: number) => Measure,
  signal?: AbortSignal,
): Promise<void> {
  const { columns, known, preparation } = data
  const { horizon, targets } = preparation
  const { point, quantiles } = await forecastsAt(model, data, origins, signal)
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]]
  for (const [n, origin] of origins.entries()) {
    for (let index = 0; index < targets.length; index++) {
      const at = (n * targets.length + index) * horizon
      addAll(data, measure, index, origin, point, at)
      addAll(data, stretchOf(n), index, origin, point, at)
      if (quantiles.length < 2) continue
      for (let h = 0; h < horizon; h++) {
        if (known[index][origin + h] === 0) continue
        measure.addInterval(low[at + h], high[at + h], columns[index][origin + h])
      }
    }
  }
}

const names: Readonly<Record<string, string>> = {
  naive: 'the naive forecast (the last value goes on)',
  seasonalNaive: 'the seasonal naive forecast (the last season comes again)',
  drift: 'the drift forecast (the window’s line goes on)',
  linear: 'the linear model (ridge regression)',
}

function headline(
  { targets, horizon, quantiles }: ForecastPreparation,
  metrics: Metrics,
  origins: number,
): string {
  const interval = metrics.coverage
  const level = (quantiles[quantiles.length - 1] - quantiles[0]) * 100
  const covered =
    interval === null || interval === undefined
      ? ''
      : `; the ${Number(level.toFixed(2))} % interval holds ${percent(interval, 1)} of what came`
  const what = targets.length > 3 ? `${targets.length} columns` : targets.join(', ')
  return `${what}, ${horizon} steps ahead from each of ${count(origins)} rows: MSE ${figure(metrics.mse)} on standardised values, MASE ${figure(metrics.mase)}${covered}`
}

const figure = (value: number | null): string => (value === null ? 'undefined' : decimal(value))

function warningsOf(
  { isTrainedOn }: ForecastData,
  preparation: ForecastPreparation,
  { mse }: Metrics,
  found: Readonly<Record<string, Metrics>>,
): string[] {
  if (mse === null) return ['Nothing was measured: in every row to test on the numbers are missing.']
  const better = Object.keys(found).filter((name) => Number(found[name].mse) <= mse)
  const undefinedMase = unmeasured(preparation)
  return [
    ...(better.length > 0
      ? [
          `The model does not beat ${better.map((name) => names[name]).join(', nor ')}: use that instead, or see docs/forecast.md for what to try.`,
        ]
      : []),
    ...(undefinedMase === null ? [] : [undefinedMase]),
    ...(isTrainedOn
      ? []
      : ['The linear model is left out: it is fitted to the data the model was trained on.']),
  ]
}

/** Of which targets there is no MASE, and why. */
function unmeasured({ targets, errors, scalers, parts, season }: ForecastPreparation): string | null {
  const places = targets.flatMap((_, index) => (errors[index] === 0 ? [index] : []))
  if (places.length === 0) return null
  const isConstant = places.every((index) => scalers[index].deviation === 0)
  const isShort = parts.validation <= season
  const why = isConstant
    ? 'the series is constant'
    : isShort
      ? `there is no more than a season of ${count(season)} rows`
      : 'each season is like the one before'
  return `MASE is undefined for ${places.map((index) => targets[index]).join(', ')}: ${why} in the training part, so that there is no error to measure by.`
}

function byTarget({ targets }: ForecastPreparation, measure: Measure): Section[] {
  if (targets.length === 1) return []
  const rows = targets.map((target, index) => {
    const { mae, rmse, mase, mse } = measure.metrics(index)
    return [target, ...[mae, rmse, mase, mse].map((value) => (value === null ? '–' : decimal(value)))]
  })
  return [{ kind: 'table', title: 'By column', columns: ['', 'MAE', 'RMSE', 'MASE', 'MSE'], rows }]
}

/** Whether a figure is steady, or of one lucky stretch. */
function byStretch(stretches: readonly Measure[]): Section {
  const rows = stretches.map((measure, index) => {
    const { mae, mase, mse } = measure.metrics()
    return [
      `${['first', 'second', 'third', 'last'][index]} quarter`,
      ...[mae, mase, mse].map((value) => (value === null ? '–' : decimal(value))),
    ]
  })
  return {
    kind: 'table',
    title: 'As the origin rolls through the test part',
    columns: ['', 'MAE', 'MASE', 'MSE'],
    rows,
  }
}

function errorByStep(own: Measure, others: readonly { name: string; measure: Measure }[]) {
  const points = (measure: Measure) => measure.byStep().map((value, h) => [h + 1, value] as const)
  return [
    { name: 'this model', points: points(own) },
    ...others
      .filter(({ name }) => name !== 'drift')
      .map(({ name, measure }) => ({ name, points: points(measure) })),
  ]
}

/** The last forecast of the data that can be held against what came, of the first target. */
async function lastForecast(model: Model, data: Prepared): Promise<Section> {
  const { columns, preparation } = data
  const { horizon, window, scalers, targets } = preparation
  const origin = columns[0].length - horizon
  const { point, quantiles } = await forecastsAt(model, data, [origin])
  const { mean, deviation } = scalers[0]
  const own = (value: number) => value * (deviation || 1) + mean
  const line = (values: ArrayLike<number>) =>
    Array.from({ length: horizon }, (_, h) => [h + 1, own(values[h])] as const)
  const back = Math.min(window, Math.max(24, 2 * horizon))
  const truth = Array.from(
    { length: back + horizon },
    (_, at) => [at - back + 1, own(columns[0][origin - back + at])] as const,
  )
  return {
    kind: 'chart',
    title: `The last forecast of ${targets[0]} beside what came`,
    series: [
      { name: 'what came', points: truth },
      { name: 'forecast', points: line(point) },
      ...(quantiles.length > 1
        ? [
            { name: 'lower', points: line(quantiles[0]) },
            { name: 'upper', points: line(quantiles[quantiles.length - 1]) },
          ]
        : []),
    ],
  }
}
