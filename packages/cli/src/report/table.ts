import type { Console } from './console.ts'
import { longest } from './format.ts'

/** Rows under their columns' names; numbers, and what begins with a whole one (`12 of 20`), stand to the right. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  { style }: Console,
): string {
  const texts = rows.map((row) => row.map(String))
  const widths = columns.map((name, at) => longest([name, ...texts.map((row) => row[at])]))
  const isNumeric = columns.map((_, at) =>
    texts.every((row) => /^([-+]?\d[\d.,]*(e[-+]\d+)?( |$)|–|$)/.test(row[at])),
  )
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, at) => (isNumeric[at] ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join('   ')}`.trimEnd()
  return [style('dim', line(columns)), ...texts.map(line)].join('\n')
}
