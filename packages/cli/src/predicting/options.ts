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
