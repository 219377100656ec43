import { EngineError } from '../../errors.ts'
import { Heap } from './heap.ts'

const PAGE = 65536
/** Most bytes that 32-bit addresses reach. Where so many cannot be reserved (iOS), the half of it is tried, and so on. */
const LARGEST = 2 ** 32
const SMALLEST = 2 ** 26
/** Room for the kernels' constants; the memory grows from there. */
const INITIAL = 2 ** 20

/** One shared linear memory: what kernels on all threads see, and the views through which JavaScript sees it. */
export class Memory {
  readonly shared: WebAssembly.Memory
  readonly maximum: number
  #heap = new Heap(0)
  floats: Float32Array
  doubles: Float64Array
  words: Int32Array

  /** @param limit most bytes to use */
  constructor(limit = LARGEST) {
    const { shared, maximum } = reserve(limit)
    this.shared = shared
    this.maximum = maximum
    this.floats = new Float32Array(shared.buffer)
    this.doubles = new Float64Array(shared.buffer)
    this.words = new Int32Array(shared.buffer)
  }

  /** Where the kernels' constants end and our own values begin. */
  startAt(address: number): void {
    this.#heap = new Heap(address)
  }

  /** Zeroed room at an address that is a multiple of 64. */
  allocate(bytes: number): number {
    const address = this.#heap.allocate(bytes)
    try {
      this.#ensure(address + bytes)
    } catch (error) {
      this.#heap.release(address, bytes)
      throw error
    }
    this.words.fill(0, address / 4, Math.ceil((address + bytes) / 4))
    return address
  }

  release(address: number, bytes: number): void {
    this.#heap.release(address, bytes)
  }

  #ensure(end: number): void {
    const { shared, maximum } = this
    const size = shared.buffer.byteLength
    if (end <= size) return
    try {
      if (end > maximum) throw new RangeError('beyond the maximum')
      // by an eighth more than asked, so that many small values do not grow it one by one
      shared.grow(Math.ceil((Math.min(maximum, Math.max(end, size * 1.125)) - size) / PAGE))
    } catch {
      throw new EngineError(
        `out of memory: the model and its batch need ${megabytes(end)} MiB, and ${megabytes(maximum)} MiB can be had here; ` +
          'use a smaller batch, shorter sequences or fewer units',
      )
    }
    this.floats = new Float32Array(shared.buffer)
    this.doubles = new Float64Array(shared.buffer)
    this.words = new Int32Array(shared.buffer)
  }
}

function reserve(limit: number): { shared: WebAssembly.Memory; maximum: number } {
  let refusal: unknown
  const largest = roundDown(Math.min(LARGEST, limit))
  for (let maximum = largest; maximum >= Math.min(SMALLEST, largest); maximum = roundDown(maximum / 2)) {
    try {
      const shared = new WebAssembly.Memory({
        initial: Math.min(INITIAL, maximum) / PAGE,
        maximum: maximum / PAGE,
        shared: true,
      })
      return { shared, maximum }
    } catch (error) {
      refusal = error
    }
  }
  throw new EngineError(
    `shared WebAssembly memory is refused here (${refusal}); an engine without it is not there yet: ` +
      'use a newer browser, or serve the page with the headers for cross-origin isolation',
  )
}

function roundDown(bytes: number): number {
  return Math.floor(bytes / PAGE) * PAGE
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20)
}
