import type { Console } from './console.ts'
import { count, longest, percent } from './format.ts'

const caption = 'Confusion matrix: rows are the true classes, columns the predicted ones'
/** Of more classes no terminal shows a row in one line. */
const most = 30

/**
 * The confusion matrix as a table: a row for each true class, a column for each predicted one, and at the end of a row
 * how much of it was recognised. Right answers are green, mistakes stand out, zeros are dots. Of many classes, a line that
 * says where to find it.
 */
export function confusionTable(
  matrix: readonly (readonly number[])[],
  labels: readonly string[],
  { style }: Console,
): string {
  if (labels.length > most) {
    return style(
      'dim',
      `Confusion matrix: not printed, as ${count(labels.length)} classes are too many for a table; carousel evaluate --json tells it`,
    )
  }
  const width = Math.max(3, longest(labels), longest(matrix.flat().map(count))) + 1
  const nameWidth = longest(['true', ...labels])

  const cell = (value: number, isRight: boolean): string => {
    const text = (value === 0 ? '·' : count(value)).padStart(width)
    if (isRight) return style('green', text)
    return value === 0 ? style('dim', text) : style('yellow', text)
  }
  const row = (values: readonly number[], index: number): string => {
    const total = values.reduce((sum, value) => sum + value, 0)
    const recall = total === 0 ? '–' : percent(values[index] / total, 1)
    const numbers = values.map((value, column) => cell(value, column === index)).join('')
    return `${style('bold', labels[index].padStart(nameWidth))} ${numbers}  ${recall.padStart(8)}`
  }
  const header = `${'true'.padStart(nameWidth)} ${labels.map((label) => label.padStart(width)).join('')}  ${'right'.padStart(8)}`
  return [style('dim', caption), style('dim', header), ...matrix.map(row)].join('\n')
}
