import { decimal, percent } from './format.ts'

/** Figures by their names in records and outcomes: `accuracy`, `valLoss`, `bitsPerCharacter`. */

const shares = ['accuracy', 'valAccuracy', 'macroF1', 'coverage']

export const isShare = (figure: string): boolean => shares.includes(figure)

/** Shares as percentages, others with four decimals; what was not measured, or is undefined, as a dash. */
export function figureText(figure: string, value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–'
  return isShare(figure) ? percent(value) : decimal(value)
}

/** valAccuracy → val accuracy; macroF1 → macro F1 */
export const titleOf = (figure: string): string =>
  abbreviations[figure] ??
  figure.replace(/[A-Z](?!\d)/g, (letter) => ` ${letter.toLowerCase()}`).replace(/(?=[A-Z]\d)/, ' ')

const abbreviations: Readonly<Record<string, string>> = { mae: 'MAE', mse: 'MSE', rmse: 'RMSE', mase: 'MASE' }
