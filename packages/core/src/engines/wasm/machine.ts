import { operationsOf } from '../../ops/index.ts'
import { type Layout, layoutOf } from '../../program/layout.ts'
import { plan } from '../../program/plan.ts'
import {
  type Extents,
  formatType,
  type Program,
  resolveShape,
  sizeOf,
  type Value,
} from '../../program/program.ts'
import type { Arithmetic, Executable, Machine, Numbers } from '../engine.ts'
import { compile } from './binaries.ts'
import { loadMore } from './encoders/index.ts'
import { LocalExecutable } from './executable.ts'
import type { Ground, Parts } from './ground.ts'
import { CONSTANTS_END, instantiate } from './instance.ts'
import { Memory } from './memory.ts'
import type { Kernel } from './script.ts'
import { rowDims } from './sizes.ts'
import { type Axes, axesOf, pack, unpack } from './transfer.ts'

interface Persistent {
  readonly value: Value
  readonly rows: number
  readonly address: number
  readonly axes: Axes
}

/** Detaches the memories of machines that nobody holds any more from the worker threads. */
const collected = new FinalizationRegistry<() => void>((detach) => detach())
let machines = 0

/** A machine on the calling thread (thread 0) and the pool's workers. */
export class LocalMachine implements Machine, Ground {
  readonly id = ++machines
  readonly memory: Memory
  readonly kernels: Kernel[] = []
  readonly kernelNames: string[] = []
  readonly baseKernels: number
  readonly parts: Parts
  readonly tile: readonly [number, number]
  readonly #persistent = new Map<string, Persistent>()
  readonly #base: WebAssembly.Exports
  /** The second binary, from when it is first needed. */
  #more: Promise<void> | undefined
  /** By model, then by value. */
  readonly #copies = new Map<string, Map<string, Int32Array>>()
  #arena = { address: 0, bytes: 0 }
  last: unknown = null

  constructor(parts: Parts) {
    const { module, pool, threads, memoryLimit } = parts
    this.parts = parts
    this.memory = new Memory(memoryLimit)
    this.memory.startAt(CONSTANTS_END)
    this.#base = this.#take(module)
    this.baseKernels = this.kernels.length
    const { TILE_ROWS, TILE_BYTES } = this.#base as Record<string, WebAssembly.Global>
    this.tile = [TILE_ROWS.value, TILE_BYTES.value / 4]
    const { id } = this
    if (threads > 1) collected.register(this, () => pool.detach(id))
  }

  get arithmetic(): Arithmetic {
    return this.parts.arithmetic
  }

  get notes(): readonly string[] {
    const { notes, pool } = this.parts
    return pool.trouble === undefined ? notes : [...notes, pool.trouble]
  }

  async load(program: Program, bounds: Extents): Promise<Executable> {
    const { Executable = LocalExecutable } = this.parts
    await this.#equip(operationsOf(program))
    return new Executable(this, plan(program, bounds))
  }

  async read(name: string): Promise<Float32Array> {
    const { value, rows, address, axes } = this.#find(name)
    const data = new Float32Array(rows * axes.layout.steps * axes.layout.columns)
    unpack(this.view(value), address / 4, axes, rows, axes.layout.steps, data)
    return data
  }

  async write(name: string, data: Numbers): Promise<void> {
    const { value, rows, address, axes } = this.#find(name)
    const size = rows * axes.layout.steps * axes.layout.columns
    if (data.length !== size) {
      throw new RangeError(`'${name}' is ${formatType(value)}, ${size} numbers; got ${data.length}`)
    }
    pack(this.view(value), address / 4, axes, rows, axes.layout.steps, data, undefined)
  }

  async release(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const found = this.#persistent.get(name)
      if (found) this.memory.release(found.address, found.axes.layout.bytes)
      this.#persistent.delete(name)
    }
  }

  async snapshot(model: string, names: readonly string[]): Promise<void> {
    const before = this.#copies.get(model)
    const copies = new Map<string, Int32Array>()
    for (const name of names) {
      const words = this.#wordsOf(name)
      const copy = before?.get(name) ?? new Int32Array(words.length)
      copy.set(words)
      copies.set(name, copy)
    }
    this.#copies.set(model, copies)
  }

  async restore(model: string, names: readonly string[]): Promise<void> {
    const copies = this.#copies.get(model)
    if (!copies) throw new Error('there is no copy to put back; call snapshot() first')
    for (const name of names) {
      const words = this.#wordsOf(name)
      const copy = copies.get(name)
      if (copy) words.set(copy)
      else words.fill(0)
    }
  }

  #wordsOf(name: string): Int32Array {
    const { address, axes } = this.#find(name)
    return this.memory.words.subarray(address / 4, (address + axes.layout.bytes) / 4)
  }

  view({ dtype }: Value): Float32Array | Int32Array {
    return dtype === 'int32' ? this.memory.words : this.memory.floats
  }

  kernelNumber(kernel: string): number {
    const number = this.kernelNames.indexOf(kernel)
    if (number < 0)
      throw new Error(
        `the binary '${this.parts.binary}' has no kernel '${kernel}'; build it anew: npm run build`,
      )
    return number
  }

  persistent(value: Value, bounds: Extents): number {
    const layout = layoutOf(value, bounds)
    const known = this.#persistent.get(value.name)
    if (!known) return this.#add(value, layout, bounds).address
    if (!sameLayout(known.axes.layout, layout)) {
      throw new Error(
        `'${value.name}' is ${formatType(known.value)} in this machine's other programs and ${formatType(value)} here`,
      )
    }
    return known.address
  }

  get persistentBytes(): number {
    let bytes = 0
    for (const { axes } of this.#persistent.values()) bytes += axes.layout.bytes
    return bytes
  }

  arena(bytes: number): number {
    if (bytes > this.#arena.bytes) {
      const old = this.#arena
      const address = this.memory.allocate(bytes)
      this.memory.words.copyWithin(address / 4, old.address / 4, (old.address + old.bytes) / 4)
      this.memory.release(old.address, old.bytes)
      this.#arena = { address, bytes }
    }
    return this.#arena.address
  }

  /** Takes the second binary in where a kernel is not in the first. */
  async #equip(operations: ReadonlySet<string>): Promise<void> {
    if ([...operations].every((name) => this.kernelNames.includes(name))) return
    this.#more ??= this.#extend()
    try {
      await this.#more
    } catch (error) {
      // what failed for want of a file or a network may go well the next time
      this.#more = undefined
      throw error
    }
  }

  async #extend(): Promise<void> {
    const [module] = await Promise.all([compile('more'), loadMore()])
    if (module) this.#take(module, this.#base)
  }

  /** Appends a binary's kernels, in the workers too. */
  #take(module: WebAssembly.Module, base?: WebAssembly.Exports): WebAssembly.Exports {
    const { exports, kernels, names } = instantiate(module, this.memory.shared, base)
    this.kernels.push(...kernels)
    this.kernelNames.push(...names)
    const { pool, threads } = this.parts
    if (threads > 1) pool.attach(this.id, module, this.memory.shared)
    return exports
  }

  #add(value: Value, layout: Layout, bounds: Extents): Persistent {
    const rows = sizeOf(resolveShape(rowDims(value), bounds))
    const added = { value, rows, address: this.memory.allocate(layout.bytes), axes: axesOf(layout, rows) }
    this.#persistent.set(value.name, added)
    return added
  }

  #find(name: string): Persistent {
    const found = this.#persistent.get(name)
    if (!found)
      throw new Error(
        `no loaded program has a parameter or state '${name}'; there are ${[...this.#persistent.keys()].join(', ')}`,
      )
    return found
  }
}

function sameLayout(a: Layout, b: Layout): boolean {
  return (
    a.kind === b.kind &&
    a.columns === b.columns &&
    a.gates === b.gates &&
    a.rows === b.rows &&
    a.rowGates === b.rowGates &&
    a.bytes === b.bytes
  )
}
