import { positiveInteger } from '../config/options.ts'

/** A shape without the batch; null is a length that may differ from batch to batch. */
export type Shape = readonly (number | null)[]

/** The shape as the user knows it: with the batch in front. */
export function formatShape(shape: Shape): string {
  return `[batch, ${shape.map((dim) => dim ?? 'any').join(', ')}]`
}

/** Is this the shape of one sample? Returns what is expected, or null. */
export function isShape(value: unknown): string | null {
  const fine =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((dim) => dim === null || positiveInteger(dim) === null)
  return fine
    ? null
    : 'an array of whole numbers greater than 0 (null for a length that may differ), without the batch'
}
