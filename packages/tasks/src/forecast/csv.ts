import Papa from 'papaparse'
import type { Forecast } from './predict.ts'

/** Forecasts as CSV: a row for each step ahead; of each target its forecast, and a column for each quantile. */
export function csvOf(forecasts: readonly Forecast[], dateName: string): string {
  const [first] = forecasts
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
