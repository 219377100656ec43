import type { Model } from '@carousel/core'

/** Of the command `predict`, for all recipes. */
export interface PredictOptions {
  invert?: boolean
  text?: readonly string[]
  textColumn?: string
  encoding?: string
  stream?: boolean
  rate?: number
  pause?: number
  quietBelow?: number
  limit?: number
  threads?: number
  turbo?: boolean
  json?: boolean
}

/** Those that mean something to the models of some tasks alone. */
export const OWN = [
  'invert',
  'text',
  'textColumn',
  'encoding',
  'stream',
  'rate',
  'pause',
  'quietBelow',
] as const satisfies readonly (keyof PredictOptions)[]

/** How the models of a task are applied. */
export interface Predicts {
  /** What means something to them. */
  readonly with: readonly (typeof OWN)[number][]
  run(model: Model, inputs: readonly string[], options: PredictOptions, file: string): Promise<void>
}
