import { type Ragged, type Sequence, type Tensor, type TensorLike, toTensor } from '../data/tensor.ts'

/** What sequences of different lengths need: `ragged.ts`, loaded when some come. */
type Parts = typeof import('./ragged.ts')
let loaded: Parts | null = null

/** Told by what has loaded them. */
export function provideRagged(parts: Parts): void {
  loaded = parts
}

/** A tensor of what a model is given; ragged where it is a list of sequences that differ in length. */
export function toSamples(given: TensorLike | readonly Sequence[], name: string): Tensor | Ragged {
  return isListOfSequences(given)
    ? raggedParts().toSequences(given, name)
    : toTensor(given as TensorLike, name)
}

/** Only where something is ragged, and so was loaded. */
export function raggedParts(): Parts {
  if (!loaded) throw new Error('sequences of different lengths were not prepared for')
  return loaded
}

/** Is this a list of sequences that differ, or of tensors, or are such in it: the inputs of a model, in a list or by name? */
export function holdsSequences(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || ArrayBuffer.isView(given)) return false
  return isListOfSequences(given) || Object.values(given).some(isListOfSequences)
}

function isListOfSequences(given: unknown): given is readonly Sequence[] {
  if (!Array.isArray(given)) return false
  return given.some(
    (entry) => lengthOf(entry) !== lengthOf(given[0]) || !(Array.isArray(entry) || isNumber(entry)),
  )
}

const isNumber = (entry: unknown) => typeof entry === 'number'

function lengthOf(entry: unknown): unknown {
  return (entry as Tensor | null)?.shape?.[0] ?? (entry as { length?: number } | null)?.length
}
