import type { Metrics } from '@carousel/tasks'
import { openConsole, printJson } from './console.ts'
import { figureText, titleOf } from './figures.ts'
import { count, duration } from './format.ts'
import { table } from './table.ts'

/** A trained model beside others. */
export interface Compared {
  model: string
  /** Null where the file does not say what it was trained by. */
  task: string | null
  data: string | null
  cell: string | null
  units: number | null
  parameters: number
  epochs: number
  /** Of all epochs' training; null where the file does not tell. */
  seconds: number | null
  /** As measured after training; empty where the file does not tell. */
  metrics: Metrics
  /** One sample after the other, on one thread; null for a model that knows no input. */
  predictionsPerSecond: number | null
  /** What its figures were measured on, and of what; null where the file does not tell. Of other things they do not compare. */
  measuredOn: string | null
}

/** Models side by side: a table for people, or one event for programs. */
export function showComparison(models: readonly Compared[], { json }: { json?: boolean }): void {
  const kinds = [...new Set(models.map(({ measuredOn }) => measuredOn ?? 'something unknown'))]
  if (json) {
    printJson({ event: 'comparison', models, areComparable: kinds.length === 1 })
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
  if (kinds.length > 1) {
    console.print()
    console.print('Figures do not compare, as not all were measured on the same:')
    for (const kind of kinds) console.print(`  ${kind}`)
  }
}

const known = (value: number | null): string => (value === null ? '–' : count(value))
