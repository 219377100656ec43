import { show } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'
import { checkFinite, type Ragged, type Sequence, type Tensor, type TensorLike, toTensor } from './tensor.ts'

/** As `toTensor`; a list of sequences whose lengths differ becomes ragged, one of typed arrays or tensors is stacked. */
export function toSequences(given: TensorLike | readonly Sequence[], name: string): Tensor | Ragged {
  if (!Array.isArray(given) || given.length === 0 || !given.every(isSequence))
    return toTensor(given as TensorLike, name)
  const lengthOf = (sequence: Sequence) => ('shape' in sequence ? sequence.shape[0] : sequence.length)
  const first = lengthOf(given[0])
  const isEven = given.every((sequence) => lengthOf(sequence) === first)
  if (isEven && given.every(Array.isArray)) return toTensor(given as TensorLike, name)
  const empty = given.findIndex((sequence) => !(lengthOf(sequence) > 0))
  if (empty >= 0)
    throw new DataError(
      `${name}[${empty}] is a sequence without steps; every sequence needs at least one. Leave it out.`,
    )
  return join(
    given.map((sequence, index) => toTensor(sequence, `${name}[${index}]`)),
    name,
  )
}

function isSequence(given: unknown): given is Sequence {
  if (Array.isArray(given) || ArrayBuffer.isView(given)) return true
  return typeof given === 'object' && given !== null && Array.isArray((given as Tensor).shape)
}

function join(sequences: readonly Tensor[], name: string): Tensor | Ragged {
  const step = sequences[0].shape.slice(1)
  for (const [index, sequence] of sequences.entries()) {
    const { shape } = sequence
    if (shape.length !== step.length + 1 || step.some((dim, axis) => dim !== shape[axis + 1]))
      throw new DataError(
        `${name}[${index}]: the steps of all sequences must have the same shape; those of the first have [${step}], these [${shape.slice(1)}]`,
      )
    checkFinite(sequence, `${name}[${index}]`)
  }
  const lengths = Int32Array.from(sequences, ({ shape }) => shape[0])
  const width = sizeOf(step)
  const starts = new Int32Array(lengths.length)
  for (let i = 1; i < starts.length; i++) starts[i] = starts[i - 1] + lengths[i - 1] * width
  const isWhole = sequences.every(({ data }) => data instanceof Int32Array)
  const total = lengths.reduce((sum, length) => sum + length, 0) * width
  const data = isWhole ? new Int32Array(total) : new Float32Array(total)
  for (const [index, sequence] of sequences.entries()) data.set(sequence.data, starts[index])
  const longest = longestOf(lengths)
  const shape = [lengths.length, longest, ...step]
  return lengths.every((length) => length === longest) ? { shape, data } : { shape, data, lengths, starts }
}

function longestOf(lengths: Int32Array): number {
  return lengths.reduce((longest, length) => Math.max(longest, length), 0)
}

/** The rows first … first + count − 1, sharing memory with the whole. */
export function sliceRagged({ shape, data, lengths, starts }: Ragged, first: number, count: number): Ragged {
  const some = lengths.subarray(first, first + count)
  return {
    shape: [count, longestOf(some), ...shape.slice(2)],
    data,
    lengths: some,
    starts: starts.subarray(first, first + count),
  }
}

/** What a message says of lengths. */
export function showLengths(lengths: Int32Array): string {
  const shortest = lengths.reduce((least, length) => Math.min(least, length), lengths[0])
  return `${show(shortest)} to ${show(longestOf(lengths))} steps`
}
