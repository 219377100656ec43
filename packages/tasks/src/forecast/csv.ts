import Papa from 'papaparse'
import type { Forecast } from './predict.ts'
import type { ForecastPreparation } from './preparation.ts'

/**
 * Forecasts as CSV: a row for each step ahead; of each target its forecast, and a column for each quantile. The column of
 * the dates is called as the one that the model was trained on.
 */
export function csvOf(forecasts: readonly Forecast[], { date }: Pick<ForecastPreparation, 'date'>): string {
  const [first] = forecasts
  const dateName = date.length === 1 ? date[0] : first.times ? 'date' : 'row'
  const fields = [
    dateName,
    ...forecasts.flatMap(({ target, quantiles }) => [
      target,
      ...quantiles.map(({ level }) => `${target} ${Number((level * 100).toFixed(4))} %`),
    ]),
  ]
  const data = first.labels.map((label, step) => [
    label,
    ...forecasts.flatMap(({ point, quantiles, decimals }) =>
      [point, ...quantiles.map(({ values }) => values)].map((values) =>
        Number(values[step].toFixed(decimals)),
      ),
    ),
  ])
  return `${Papa.unparse({ fields, data }, { newline: '\n' })}\n`
}
