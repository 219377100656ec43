import type { Compared } from '../training/comparison.ts'
import { openConsole, printJson } from './console.ts'
import { figureText, titleOf } from './figures.ts'
import { count, duration } from './format.ts'
import { table } from './table.ts'

/** Models side by side: a table for people, or one event for programs. */
export function showComparison(models: readonly Compared[], { json }: { json?: boolean }): void {
  if (json) {
    printJson({ event: 'comparison', models })
    return
  }
  const console = openConsole()
  const figures = [...new Set(models.flatMap(({ metrics }) => Object.keys(metrics)))]
  const rows = models.map((model) => [
    model.model,
    model.cell ?? '–',
    known(model.units),
    count(model.parameters),
    count(model.epochs),
    model.seconds === null ? '–' : duration(model.seconds),
    ...figures.map((figure) => figureText(figure, model.metrics[figure])),
    known(model.predictionsPerSecond),
  ])
  const columns = [
    '',
    'cell',
    'units',
    'parameters',
    'epochs',
    'training',
    ...figures.map(titleOf),
    'predictions/s',
  ]
  console.print()
  console.print(table(columns, rows, console))
  const kinds = new Set(models.map(({ task, data }) => `${task} on ${data}`))
  if (kinds.size > 1) {
    console.print()
    console.print(
      `Not all learned the same task from the same data (${[...kinds].join('; ')}): figures do not compare.`,
    )
  }
}

const known = (value: number | null): string => (value === null ? '–' : count(value))
