import type { Model } from '@carousel/core'
import { listed } from '../classes.ts'
import { count, decimal, percent, several, spaced } from '../report/format.ts'
import type { Metrics, Outcome, Picture, Section } from '../report/outcome.ts'
import { type Forecaster, linearBaseline, linearOf, simpleBaselines } from './baselines.ts'
import type { ForecastData } from './load.ts'
import { Measure } from './measure.ts'
import { errorPicture, pictureOf } from './pictures.ts'
import { type Forecast, forecastAt, forecastsAt } from './predict.ts'
import { type ForecastPreparation, preparationOf } from './preparation.ts'
import { repeatedRows } from './repeated.ts'
import type { Series } from './series.ts'
import { hasTruth, originsIn, type Standardised, standardised } from './windows.ts'

/** What has to be beaten, and what was measured of it. */
interface Rival {
  name: string
  forecast: Forecaster
  measure: Measure
}

/**
 * Rolling-origin evaluation: a forecast from every row of the test part whose forecast lies within it, all steps ahead
 * and all targets counting alike. What is missing there is not measured.
 */
export async function score(model: Model, data: ForecastData, signal?: AbortSignal): Promise<Outcome> {
  const preparation = preparationOf(model)
  const all = standardised(data.series, preparation)
  // before a column's first number stands what only comes later
  const from = Math.max(data.tests.from, ...data.series.known.map((column) => column.indexOf(1) + 1))
  const origins = originsIn(preparation, from, data.tests.to).filter((origin) => hasTruth(all, origin))
  const rivals = rivalsOf(all, data.learned)
  const { own, quarters } = await measured(model, all, origins, rivals, signal)
  const metrics = { ...own.metrics(), coverage: own.coverage }
  const found = Object.fromEntries(rivals.map(({ name, measure }) => [name, measure.metrics()]))
  const drawn =
    origins.length > 0
      ? await drawings(model, data.series, preparation, { origin: origins[origins.length - 1], own, rivals })
      : NOTHING_DRAWN
  return {
    samples: origins.length,
    metrics,
    baselines: found,
    headline: headline(preparation, metrics, origins.length),
    warnings: [
      ...warningsOf(preparation, metrics, found, repeatedRows(data, preparation)),
      ...warningsOfIntervals(preparation, own.coverage),
    ],
    sections: [...byTarget(preparation, own), byQuarter(preparation, quarters), ...drawn.charts],
    pictures: drawn.pictures,
  }
}

/** What there is to look at of the last forecast that was measured, and of the errors by step ahead. */
interface Drawings {
  charts: readonly Section[]
  pictures: readonly Picture[]
}

/** Where nothing was measured. */
const NOTHING_DRAWN: Drawings = { charts: [], pictures: [] }

async function drawings(
  model: Model,
  series: Series,
  preparation: ForecastPreparation,
  { origin, own, rivals }: { origin: number; own: Measure; rivals: readonly Rival[] },
): Promise<Drawings> {
  const forecasts = await forecastAt(model, series, preparation, origin)
  const byStep = errorByStep(own, rivals)
  return {
    charts: [
      { kind: 'chart', title: 'Mean squared error by step ahead', series: byStep },
      lastForecast(forecasts[0], series, preparation, origin),
    ],
    pictures: [
      { name: 'forecast', svg: pictureOf(forecasts, series, origin) },
      { name: 'error-by-horizon', svg: errorPicture(byStep) },
    ],
  }
}

/** The linear one learns from what the model learned from, where that is at hand. */
function rivalsOf(all: Standardised, learned: Series | null): Rival[] {
  const linear = learned && linearBaseline(all, linearOf(standardised(learned, all.preparation)))
  const forecasters = { ...simpleBaselines(all), ...(linear && { linear }) }
  return Object.entries(forecasters).map(([name, forecast]) => ({
    name,
    forecast,
    measure: new Measure(all.preparation),
  }))
}

/** Forecasts at once, so that memory is bounded. */
const AT_ONCE = 512

/** Measures the model, in all and on each quarter of the origins, and its rivals. */
async function measured(
  model: Model,
  all: Standardised,
  origins: readonly number[],
  rivals: readonly Rival[],
  signal?: AbortSignal,
): Promise<{ own: Measure; quarters: Measure[] }> {
  const own = new Measure(all.preparation)
  const quarters = Array.from({ length: 4 }, () => new Measure(all.preparation))
  for (let first = 0; first < origins.length; first += AT_ONCE) {
    signal?.throwIfAborted()
    const some = origins.slice(first, first + AT_ONCE)
    const quarterOf = (n: number) => quarters[Math.floor((4 * (first + n)) / origins.length)]
    await measureModel(model, all, some, (n) => [own, quarterOf(n)], signal)
    for (const rival of rivals) measureRival(rival, all, some)
  }
  return { own, quarters }
}

function measureRival({ forecast, measure }: Rival, all: Standardised, origins: readonly number[]): void {
  const { horizon, targets } = all.preparation
  const result = new Float64Array(horizon)
  for (let index = 0; index < targets.length; index++) {
    for (const origin of origins) {
      forecast(index, origin, result)
      addAll(all, measure, index, origin, result, 0)
    }
  }
}

async function measureModel(
  model: Model,
  all: Standardised,
  origins: readonly number[],
  measuresOf: (n: number) => readonly Measure[],
  signal?: AbortSignal,
): Promise<void> {
  const { horizon, targets } = all.preparation
  const { point, quantiles } = await forecastsAt(model, all, origins, signal)
  for (const [n, origin] of origins.entries()) {
    for (let index = 0; index < targets.length; index++) {
      const at = (n * targets.length + index) * horizon
      for (const measure of measuresOf(n)) {
        addAll(all, measure, index, origin, point, at)
        addIntervals(all, measure, index, origin, quantiles, at)
      }
    }
  }
}

/** Of a target's forecast from one row on, each step that has a number. */
function addAll(
  { columns, known, preparation: { horizon } }: Standardised,
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

/** The same of the widest interval; a single level makes none. */
function addIntervals(
  { columns, known, preparation: { horizon } }: Standardised,
  measure: Measure,
  index: number,
  origin: number,
  quantiles: readonly Float32Array[],
  at: number,
): void {
  if (quantiles.length < 2) return
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]]
  for (let h = 0; h < horizon; h++) {
    if (known[index][origin + h] === 0) continue
    measure.addInterval(low[at + h], high[at + h], columns[index][origin + h])
  }
}

const NAMES: Readonly<Record<string, string>> = {
  naive: 'the naive forecast (the last value goes on)',
  seasonalNaive: 'the seasonal naive forecast (the last season comes again)',
  drift: 'the drift forecast (the window’s line goes on)',
  linear: 'the linear model (ridge regression)',
}

function headline(
  { targets, horizon, quantiles }: ForecastPreparation,
  { mse, mase, coverage }: Metrics,
  origins: number,
): string {
  const level = Number(((quantiles[quantiles.length - 1] - quantiles[0]) * 100).toFixed(2))
  const covered =
    coverage === null ? '' : `; the ${level} % interval holds ${percent(coverage, 1)} of what came`
  const what = targets.length > 3 ? `${targets.length} columns` : targets.join(', ')
  return `${what}, ${horizon} steps ahead from each of ${count(origins)} rows: MSE ${figure(mse)} on standardised values, MASE ${figure(mase)}${covered}`
}

const figure = (value: number | null): string => (value === null ? 'undefined' : decimal(value))

function warningsOf(
  preparation: ForecastPreparation,
  { mse }: Metrics,
  baselines: Readonly<Record<string, Metrics>>,
  repeated: number,
): string[] {
  if (mse === null) return ['Nothing was measured: in every row to test on the numbers are missing.']
  const better = Object.keys(baselines).filter((name) => Number(baselines[name].mse) <= mse)
  const undefinedMase = unmeasured(preparation)
  return [
    ...(better.length > 0
      ? [
          `The model does not beat ${better.map((name) => NAMES[name]).join(', nor ')}: use that instead, or see docs/forecast.md for what to try.`,
        ]
      : []),
    ...(repeated > 0
      ? [
          `${several(repeated, 'row')} of these data ${repeated > 1 ? 'stand' : 'stands'} in the parts that the model was trained and validated on: the figures flatter.`,
        ]
      : []),
    ...(undefinedMase === null ? [] : [undefinedMase]),
  ]
}

/** How much less than it says an interval may hold, as a few hundred rows leave that open. */
const TOLERANCE = 0.1

/** Intervals are learned from the training part, and what comes later need not be like it. */
function warningsOfIntervals({ quantiles }: ForecastPreparation, coverage: number | null): string[] {
  const level = quantiles[quantiles.length - 1] - quantiles[0]
  if (coverage === null || coverage >= level - TOLERANCE) return []
  return [
    `The intervals are too narrow: those of ${percent(level, 0)} hold ${percent(coverage, 1)} of what came, as that is not like what was learned from. Do not rely on them.`,
  ]
}

/** Of which targets there is no MASE, and why. */
function unmeasured({ targets, errors, scalers, parts, season }: ForecastPreparation): string | null {
  const places = targets.flatMap((_, index) => (errors[index] === 0 ? [index] : []))
  if (places.length === 0) return null
  const isConstant = places.every((index) => scalers[index].deviation === 0)
  const isShort = parts.validation <= season
  const why = isConstant
    ? 'the series is constant or varies too little beside its level'
    : isShort
      ? `there is no more than a season of ${count(season)} rows`
      : 'each season is like the one before'
  return `MASE is undefined for ${listed(places.map((index) => targets[index]))}: ${why} in the training part, so that there is no error to measure by.`
}

function byTarget({ targets }: ForecastPreparation, measure: Measure): Section[] {
  if (targets.length === 1) return []
  const rows = targets.map((target, index) => {
    const { mae, rmse, mase, mse } = measure.metricsOf(index)
    return [target, ...[mae, rmse, mase, mse].map(cell)]
  })
  return [{ kind: 'table', title: 'By column', columns: ['', 'MAE', 'RMSE', 'MASE', 'MSE'], rows }]
}

/** Whether a figure is steady, or of one lucky stretch. */
function byQuarter({ targets }: ForecastPreparation, quarters: readonly Measure[]): Section {
  const figures = targets.length === 1 ? ['mae', 'mase', 'mse'] : ['mase', 'mse']
  return {
    kind: 'table',
    title: 'As the origin rolls through the test part',
    columns: ['', ...figures.map((name) => name.toUpperCase())],
    rows: quarters.map((measure, index) => {
      const metrics = measure.metrics()
      return [
        `${['first', 'second', 'third', 'last'][index]} quarter`,
        ...figures.map((name) => cell(metrics[name])),
      ]
    }),
  }
}

const cell = (value: number | null): string => (value === null ? '–' : decimal(value))

function errorByStep(own: Measure, rivals: readonly Rival[]) {
  const points = (measure: Measure) =>
    measure
      .byStep()
      .map((value, h) => [h + 1, value] as const)
      .filter(([, value]) => Number.isFinite(value))
  return [
    { name: 'this model', points: points(own) },
    // its error grows so far beyond the others' that they would lie on one line
    ...rivals
      .filter(({ name }) => name !== 'drift')
      .map(({ name, measure }) => ({ name: spaced(name), points: points(measure) })),
  ]
}

/** The last forecast that can be held against what came, of the first target. */
function lastForecast(
  { target, point, quantiles }: Forecast,
  { columns, values, known }: Series,
  { horizon, window }: ForecastPreparation,
  origin: number,
): Section {
  const column = columns.indexOf(target)
  const back = Math.min(window, Math.max(24, 2 * horizon))
  const line = (own: readonly number[]) => own.map((value, h) => [h + 1, value] as const)
  const truth = Array.from({ length: back + horizon }, (_, at) => origin - back + at)
    .filter((row) => known[column][row] === 1)
    .map((row) => [row - origin + 1, values[column][row]] as const)
  const [low, high] = [quantiles[0], quantiles[quantiles.length - 1]]
  return {
    kind: 'chart',
    title: `The last forecast of ${target} beside what came`,
    series: [
      // where two meet, the earlier line is seen
      { name: 'forecast', points: line(point) },
      { name: 'what came', points: truth },
      ...(quantiles.length > 1
        ? [
            { name: 'lower', points: line(low.values) },
            { name: 'upper', points: line(high.values) },
          ]
        : []),
    ],
  }
}
