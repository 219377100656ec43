import type { EpochRecord } from '@carousel/tasks'
import { figureText, titleOf } from './figures.ts'

/** The title of the columns that `epochWords` fills. */
export function epochHead(figures: readonly string[]): string {
  const cells = columnsOf(figures).map((figure) => titleOf(figure).padStart(widthOf(figure)))
  return `  epoch${cells.join('')}`
}

/** An epoch's figures under these titles, as far as they were measured. */
export function epochWords(record: EpochRecord, figures: readonly string[], epoch: string): string {
  const cells = columnsOf(figures).map((figure) =>
    figureText(figure, record[figure]).padStart(widthOf(figure)),
  )
  return `${epoch.padStart(7)}${cells.join('')}`
}

/** The figures that records hold besides the loss, in their order: accuracy, but neither valAccuracy nor seconds. */
export function figuresIn(history: readonly EpochRecord[]): string[] {
  const others = ['epoch', 'loss', 'seconds', 'samplesPerSecond']
  return Object.keys(history[0] ?? {}).filter((name) => !others.includes(name) && !/^val[A-Z]/.test(name))
}

/** As `fit` names the validation's figure: accuracy → valAccuracy */
export const validationOf = (figure: string): string => `val${figure[0].toUpperCase()}${figure.slice(1)}`

function columnsOf(figures: readonly string[]): string[] {
  const all = ['loss', ...figures]
  return [...all, ...all.map(validationOf)]
}

const widthOf = (figure: string): number => Math.max(9, titleOf(figure).length + 3)
