/** One input of a model. */
export interface Sample {
  /** The file it came from, or 'stdin'. */
  source: string
  /** Its place there, from 0, where there may be several. */
  index?: number
  /** In the shape that the model reads. */
  values: Float32Array
  /** What was done to it, in words. */
  notes: readonly string[]
}

export const nameOf = ({ source, index }: Sample): string =>
  index === undefined ? source : `${source}[${index}]`
