import { countOf, type Length, lengthOf } from '../../program/lengths.ts'
import { type Dim, type Extents, extentsOf, type Program, type ValueType } from '../../program/program.ts'
import type { Memory } from './memory.ts'

/** A count that kernels read from memory at every run: a product of numbers and of extents' counts. */
interface Size {
  readonly factor: number
  readonly lengths: readonly Length[]
}

/** The axes over which a value's rows are counted: the batch, or the K of a matrix [K, N]. */
export function rowDims({ shape, dtype }: ValueType): readonly Dim[] {
  return typeof shape[0] === 'string' || dtype === 'int32' ? shape.slice(0, 1) : shape.slice(0, -1)
}

/** The axes between rows and columns: time steps and the like. */
export function stepDims({ shape, dtype }: ValueType): readonly Dim[] {
  if (dtype === 'int32') return shape.slice(1)
  return typeof shape[0] === 'string' ? shape.slice(1, -1) : []
}

/** The sizes of a program's values, each in a word of memory of its own. */
export class Sizes {
  readonly #memory: Memory
  readonly #sizes: readonly Size[]
  readonly #index = new Map<string, number>()
  readonly #extents: readonly string[]
  readonly #bounds: Extents
  readonly #address: number

  /** @param inner programs that the instructions of the first one run */
  constructor(memory: Memory, [program, ...inner]: readonly Program[], bounds: Extents) {
    this.#memory = memory
    this.#extents = extentsOf(program)
    this.#bounds = bounds
    const sizes: Size[] = []
    const values = [program, ...inner].flatMap((each) => each.values)
    const dimensions = values.flatMap((value) => [
      rowDims(value),
      ...runsOf(stepDims(value)),
      stepDims(value).slice(0, 1),
    ])
    for (const dims of dimensions) {
      const key = keyOf(dims)
      if (this.#index.has(key)) continue
      this.#index.set(key, sizes.length)
      sizes.push(sizeOf(dims))
    }
    this.#sizes = sizes
    this.#address = memory.allocate(4 * sizes.length)
  }

  /** Gives the words back; they must not be used any more. */
  release(): void {
    this.#memory.release(this.#address, 4 * this.#sizes.length)
  }

  /** Where the product of these dims stands at run time. */
  address(dims: readonly Dim[]): number {
    return this.#address + 4 * (this.#index.get(keyOf(dims)) as number)
  }

  read(address: number): number {
    return this.#memory.words[address / 4]
  }

  write(counts: Extents): void {
    for (let i = 0; i < this.#extents.length; i++) this.#check(this.#extents[i], counts)
    for (let i = 0; i < this.#sizes.length; i++) {
      const { factor, lengths } = this.#sizes[i]
      let size = factor
      for (let j = 0; j < lengths.length; j++) size *= countOf(lengths[j], counts)
      if (size < 1) throw tooShort(counts)
      this.#memory.words[this.#address / 4 + i] = size
    }
  }

  #check(extent: string, counts: Extents): void {
    const count = counts[extent]
    const bound = this.#bounds[extent]
    if (Number.isInteger(count) && count >= 1 && count <= bound) return
    throw new RangeError(
      `the count of '${extent}' must be a whole number from 1 to ${bound}, as loaded; got ${count}`,
    )
  }
}

function sizeOf(dims: readonly Dim[]): Size {
  const factor = dims.reduce<number>((product, dim) => (typeof dim === 'number' ? product * dim : product), 1)
  return { factor, lengths: dims.filter((dim) => typeof dim === 'string').map(lengthOf) }
}

/** All runs of neighbouring axes that kernels may count by themselves; the whole first. */
function runsOf(dims: readonly Dim[]): (readonly Dim[])[] {
  const parts = dims.flatMap((_, from) => dims.slice(from).map((_, i) => dims.slice(from, from + i + 1)))
  return [dims, ...parts.filter((part) => part.some((dim) => typeof dim === 'string'))]
}

function keyOf(dims: readonly Dim[]): string {
  return [sizeOf(dims).factor, ...dims.filter((dim) => typeof dim === 'string')].join('·')
}

function tooShort(counts: Extents): RangeError {
  return new RangeError(`too short for what the program makes of it: ${JSON.stringify(counts)}`)
}
