// Types, not interfaces, so that they count as JSON.

/** Figures by name: accuracy, macroF1; mae, rmse, mase, mse; nats, bitsPerCharacter. Null where one is undefined. */
export type Metrics = { readonly [name: string]: number | null }

/** How a model does on data that it has not learned from. Whoever shows it need not know the task. */
export interface Outcome {
  /** How many samples it was measured on. */
  samples: number
  metrics: Metrics
  /** The same figures of what has to be beaten, by name. */
  baselines: { readonly [name: string]: Metrics }
  /** One sentence for people. */
  headline: string
  /** Plain warnings: a baseline that was not beaten, a figure that means little. */
  warnings: readonly string[]
  /** What there is to look at, in order. */
  sections: readonly Section[]
  /** The same and more as pictures for files. */
  pictures?: readonly Picture[]
}

export interface Picture {
  /** Without an ending. */
  name: string
  svg: string
}

export type Section = ConfusionSection | TableSection | ChartSection

export interface ConfusionSection {
  kind: 'confusion'
  labels: readonly string[]
  /** How often [true class][predicted class]. */
  matrix: readonly (readonly number[])[]
}

/** Columns of numbers are to be aligned to the right, texts to the left. */
export interface TableSection {
  kind: 'table'
  title: string
  columns: readonly string[]
  rows: readonly (readonly (string | number)[])[]
}

/** Lines over one axis. */
export interface ChartSection {
  kind: 'chart'
  title: string
  series: readonly { name: string; points: readonly (readonly [x: number, y: number])[] }[]
}
