import { show } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { sizeOf } from '../program/program.ts'

type Data = Float32Array | Int32Array | Uint8Array

/** Numbers and their shape, row-major: all that goes into and comes out of a model. */
export interface Tensor {
  readonly shape: readonly number[]
  readonly data: Data
}

export interface Float32Tensor extends Tensor {
  readonly data: Float32Array
}

export type NestedNumbers = number | readonly NestedNumbers[]

/** Where a tensor goes in, nested arrays do too, and typed arrays for a tensor of one axis. */
export type TensorLike = Tensor | readonly NestedNumbers[] | Data

/** One sequence. */
export type Sequence = TensorLike

/**
 * Sequences of different lengths, end to end in `data`. The shape is the one they have when padded to the longest:
 * [samples, longest, …step].
 */
export interface Ragged extends Tensor {
  readonly lengths: Int32Array
  /** Where each begins in `data`. */
  readonly starts: Int32Array
}

export function isRagged(tensor: Tensor | null | undefined): tensor is Ragged {
  return !!tensor && 'lengths' in tensor
}

/** Makes a tensor of nested arrays; checks that a tensor's data fit its shape. `name` is what errors call it. */
export function toTensor(input: TensorLike, name: string): Tensor {
  if (Array.isArray(input)) return fromNested(input as readonly NestedNumbers[], name)
  if (isData(input)) return { shape: [input.length], data: input }
  const tensor = input as Tensor
  const isTensor = Array.isArray(tensor?.shape)
  if (!isTensor || !isData(tensor.data)) {
    throw new DataError(
      `${name}: expected a tensor { shape, data: Float32Array | Int32Array | Uint8Array } or nested arrays; got ${show(input)}.${isTensor || ArrayBuffer.isView(input) ? ' Convert the data: Float32Array.from(data).' : ''}`,
    )
  }
  if (!tensor.shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw new DataError(`${name}: a shape holds whole numbers; got [${tensor.shape}]`)
  }
  if (sizeOf(tensor.shape) !== tensor.data.length) {
    throw new DataError(
      `${name}: shape [${tensor.shape}] needs ${sizeOf(tensor.shape)} numbers; data hold ${tensor.data.length}`,
    )
  }
  return tensor
}

/** The rows first … first + count − 1, sharing memory with the whole. */
export function sliceRows(tensor: Tensor, first: number, count: number): Tensor {
  const width = rowSize(tensor)
  return {
    shape: [count, ...tensor.shape.slice(1)],
    data: tensor.data.subarray(first * width, (first + count) * width),
  }
}

/** Entries of one row. */
function rowSize(tensor: Tensor): number {
  return sizeOf(tensor.shape.slice(1))
}

/** Throws if an entry is NaN or infinite, and says which. */
export function checkFinite({ shape, data }: Tensor, name: string): void {
  if (!(data instanceof Float32Array) || allFinite(data)) return
  for (let at = 0; at < data.length; at++) {
    if (!Number.isFinite(data[at])) {
      throw new DataError(
        `${name}[${indexOf(at, shape).join(', ')}] is ${data[at]}; expected finite numbers. Clean the data first.`,
      )
    }
  }
}

/** The bits of a float32's exponent: all ones where it is not finite. */
const EXPONENT = 0x7f800000

/** Are all numbers finite? As whole numbers and four at a time, in half the time. */
function allFinite({ buffer, byteOffset, length }: Float32Array): boolean {
  const words = new Int32Array(buffer, byteOffset, length)
  const isOdd = (at: number) => (words[at] & EXPONENT) === EXPONENT
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4)
    if (isOdd(i) || isOdd(i + 1) || isOdd(i + 2) || isOdd(i + 3)) return false
  for (let i = whole; i < length; i++) if (isOdd(i)) return false
  return true
}

/** Position of the flat index `at` in a shape. */
function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = []
  let rest = at
  for (const dim of [...shape].reverse()) {
    index.unshift(rest % dim)
    rest = Math.floor(rest / dim)
  }
  return index
}

function isData(data: unknown): data is Data {
  return data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array
}

/** More than any model takes; arrays that hold themselves have no end. */
const MOST_AXES = 16

function fromNested(nested: readonly NestedNumbers[], name: string): Float32Tensor {
  const shape: number[] = []
  for (let level: NestedNumbers = nested; Array.isArray(level); level = level[0]) {
    shape.push(level.length)
    if (shape.length > MOST_AXES)
      throw new DataError(`${name}: arrays are nested deeper than ${MOST_AXES} times`)
  }
  const data = new Float32Array(sizeOf(shape))
  let at = 0
  const fill = (level: NestedNumbers, depth: number): void => {
    if (!Array.isArray(level)) {
      if (typeof level !== 'number' || depth !== shape.length) throw new DataError(ragged(name, level, shape))
      data[at++] = level
      return
    }
    if (depth >= shape.length || level.length !== shape[depth])
      throw new DataError(ragged(name, level, shape))
    for (const item of level) fill(item, depth + 1)
  }
  fill(nested, 0)
  return { shape, data }
}

function ragged(name: string, found: unknown, shape: readonly number[]): string {
  const what = Array.isArray(found) ? `an array of ${found.length}` : show(found)
  return `${name}: nested arrays must all have the same lengths; the first entries say [${shape}], but then came ${what}`
}
