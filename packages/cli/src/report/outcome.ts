import type { Measured, Metrics, Outcome, Section } from '@carousel/tasks'
import { chart } from './chart.ts'
import { confusionTable } from './confusion.ts'
import type { Console } from './console.ts'
import { figureText, titleOf } from './figures.ts'
import { table } from './table.ts'

/** How a model did, for people: the sentence, warnings, the baselines beside it, and what there is to look at. */
export function outcomeText(outcome: Outcome, console: Console): string {
  const parts = [
    console.style('bold', outcome.headline),
    ...outcome.warnings.map((warning) => console.style('yellow', warning)),
    '',
    ...baselinesText(outcome, console),
    ...outcome.sections.flatMap((section) => [sectionText(section, console), '']),
  ]
  return parts.join('\n').trimEnd()
}

function baselinesText(outcome: Outcome, console: Console): string[] {
  return Object.keys(outcome.baselines).length > 0 ? [measuredTable(outcome, console), ''] : []
}

/** The model's figures, and those of what it has to beat. */
export function measuredTable({ metrics, baselines }: Measured, console: Console): string {
  const figures = Object.keys(metrics)
  const row = (name: string, values: Metrics) => [
    name,
    ...figures.map((figure) => figureText(figure, values[figure])),
  ]
  const others = Object.entries(baselines).map(([name, values]) => row(titleOf(name), values))
  return table(['', ...figures.map(titleOf)], [row('this model', metrics), ...others], console)
}

function sectionText(section: Section, console: Console): string {
  switch (section.kind) {
    case 'confusion':
      return confusionTable(section.matrix, section.labels, console)
    case 'table':
      return titled(section.title, table(section.columns, section.rows, console), console)
    case 'chart':
      return titled(section.title, chart(section.series, console), console)
  }
}

const titled = (title: string, text: string, { style }: Console): string => `${style('dim', title)}\n${text}`
