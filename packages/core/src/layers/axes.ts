import { show } from '../config/options.ts'
import { DataError } from '../errors.ts'
import type { LayerDefinition } from './layer.ts'
import { formatShape, type Shape } from './shape.ts'

// What layers ask of the axes of their inputs.

/** The length of an axis that must be fixed, counted as Keras does: the batch is 0, −1 the last. */
export function fixedAxis(where: string, input: Shape, axis: number): number {
  const size = input[axisOf(where, input, axis) - 1]
  if (typeof size === 'number') return size
  throw new DataError(
    `${where}: axis ${axis} of its input must have a fixed length; got ${formatShape(input)}`,
  )
}

/** An axis behind the batch, counted from the front: 1 to the rank − 1. */
export function axisOf(where: string, input: Shape, axis: number): number {
  const rank = input.length + 1
  const found = axis < 0 ? axis + rank : axis
  if (Number.isInteger(axis) && found >= 1 && found < rank) return found
  throw new DataError(
    `${where}: expected an axis from 1 to ${rank - 1} (or from the end, −1) of ${formatShape(input)}; got ${show(axis)}`,
  )
}

/** Refuses inputs of another rank; `what` says what is expected. */
export function requireRank(where: string, input: Shape, rank: number, what: string): void {
  if (input.length + 1 !== rank) throw new DataError(`${where}: expected ${what}; got ${formatShape(input)}`)
}

/** Length × size + offset and the like, of what may be open. */
export function openly(
  length: number | null,
  compute: (length: number) => number,
  where: string,
): number | null {
  if (length === null) return null
  const result = compute(length)
  if (result < 1) throw new DataError(`${where}: ${length} steps are too few; nothing would be left`)
  return result
}

/** What a layer that works along these axes of a sequence says of its steps. @param most where it is the last axis */
export function stepsAlong(
  axis: number | readonly number[],
  most: LayerDefinition['eachStep'] = 'alike',
): Pick<LayerDefinition, 'eachStep' | 'whyWhole'> {
  const axes = [axis].flat()
  if (axes.every((one) => one === -1)) return { eachStep: most }
  return axes.every((one) => one === -1 || one >= 2)
    ? { eachStep: 'alike' }
    : { whyWhole: 'it works across the steps' }
}
