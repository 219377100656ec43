import { operation } from '../../ops/index.ts'
import type { Plan } from '../../program/plan.ts'
import { BATCH, type Extents, hasRows, resolveShape, sizeOf } from '../../program/program.ts'
import { COMPLETED, type Executable, type Explanation, type Feed } from '../engine.ts'
import { arrivalBytes, arrives, encodeArrival, type Port, withArrivals } from './arrivals.ts'
import { type Encoded, encode } from './encode.ts'
import { encodeScan } from './encoders/index.ts'
import { checkFeed } from './feed.ts'
import type { Ground } from './ground.ts'
import type { Memory } from './memory.ts'
import { LOOP, RECORD_BYTES, RECORD_WORDS, ROWS, runShare } from './script.ts'
import { type Segment, segmentsOf } from './segments.ts'
import { rowDims, Sizes, stepDims } from './sizes.ts'
import { axesOf, gather, pack, pairsOf, unpack } from './transfer.ts'

/** Rows that make a thread of its own worth its barriers. */
const ROWS_PER_THREAD = 8

/** Gives the memory of programs that nobody holds any more back. */
const discarded = new FinalizationRegistry<() => void>((release) => release())

/** A program planned and written into a machine's memory. A run allocates nothing. */
export class LocalExecutable implements Executable {
  protected readonly machine: Ground
  protected readonly plan: Plan
  readonly #sizes: Sizes
  readonly #inputs: ReadonlyMap<string, Port>
  readonly #outputs: ReadonlyMap<string, Port>
  readonly #hasRows: boolean
  /** By value id, as written into the descriptors. */
  #addresses: number[] = []
  protected encoded: readonly Encoded[] = []
  protected segments: readonly Segment[] = []
  readonly #image = { address: 0, bytes: 0 }
  /** Inputs that arrive as they are, and a kernel brings into panels. */
  readonly #arrivals: readonly Port[]
  /** Bytes of them all. */
  readonly #arriving: number
  /** The word where the first instruction's record begins, behind those of the arrivals. */
  #records = 0
  #arena = -1

  constructor(machine: Ground, plan: Plan) {
    this.machine = machine
    this.plan = plan
    const { program, bounds, arenaBytes } = plan
    // first of all: what is too large is refused before tables of so many rows are made
    machine.arena(arenaBytes)
    const inner = plan.inner.flatMap((plans) => Object.values(plans).map((each) => each.plan.program))
    this.#sizes = new Sizes(machine.memory, [program, ...inner], bounds)
    this.#inputs = this.#ports(program.inputs)
    this.#outputs = this.#ports(program.outputs)
    this.#arrivals = [...this.#inputs.values()].filter(arrives)
    this.#arriving = this.#arrivals.reduce((sum, port) => sum + arrivalBytes(port), 0)
    this.#hasRows = program.values.some(hasRows)
    this.#settle()
    discarded.register(this, releaseOf(machine.memory, this.#image, this.#sizes))
  }

  async explain(): Promise<Explanation> {
    // most pages never ask
    const { explain } = await import('./more.ts')
    return explain(this.plan, this.encoded, this.machine)
  }

  run(
    counts: Extents,
    feeds: Readonly<Record<string, Feed>>,
    fetches: Readonly<Record<string, Float32Array>>,
  ): number {
    this.begin(counts, feeds)
    const halted = this.compute(counts)
    if (halted === COMPLETED) for (const name in fetches) this.#fetch(name, fetches[name])
    return halted
  }

  async firstNonFinite(counts: Extents, feeds: Readonly<Record<string, Feed>>): Promise<string | null> {
    const { program } = this.plan
    this.begin(counts, feeds)
    for (let arrival = -this.#arrivals.length; arrival < 0; arrival++) this.runOne(arrival, this.rows(counts))
    for (const [index, { op, inputs, outputs }] of program.instructions.entries()) {
      const given = Object.values(inputs).filter((id) => program.values[id].role !== 'intermediate')
      const before = given.find((id) => !this.#isFinite(id))
      if (before !== undefined) return program.values[before].name
      this.runOne(index, this.rows(counts))
      const result = Object.values(outputs).find((id) => !this.#isFinite(id))
      if (result !== undefined) return program.values[result].name
      if (operation(op).halts && this.hasHalted(index)) return null
    }
    return null
  }

  // ---- a run

  protected begin(counts: Extents, feeds: Readonly<Record<string, Feed>>): void {
    this.#settle()
    this.#sizes.write(counts)
    if (this.machine.last !== this) this.#requireAll(feeds)
    this.machine.last = this
    for (const name in feeds) this.#feed(name, feeds[name])
  }

  protected compute(counts: Extents): number {
    const { parts, memory } = this.machine
    const rows = this.rows(counts)
    const shares = this.shares(rows)
    for (let i = 0; i < this.segments.length; i++) {
      const { first, alone, shared, halts } = this.segments[i]
      if (alone > 0) runShare(this.machine.kernels, memory.words, first, alone, rows, 0, 1)
      if (halts >= 0 && this.hasHalted(halts)) return halts
      if (shared > 0) parts.pool.run(this.machine, first + alone * RECORD_WORDS, shared, rows, shares)
    }
    return COMPLETED
  }

  /** Thread 0's share of an instruction; the arrivals have the numbers below 0. */
  protected runOne(index: number, rows: number, shares = 1): void {
    const { kernels, memory } = this.machine
    runShare(kernels, memory.words, this.#records + index * RECORD_WORDS, 1, rows, 0, shares)
  }

  protected rows(counts: Extents): number {
    return this.#hasRows ? counts[BATCH] : 1
  }

  protected shares(rows: number): number {
    const { threads } = this.machine.parts
    return this.#hasRows ? Math.min(threads, Math.ceil(rows / ROWS_PER_THREAD)) : threads
  }

  protected hasHalted(index: number): boolean {
    const { op, outputs } = this.plan.program.instructions[index]
    const flag = this.#addresses[outputs[operation(op).halts as string]]
    return this.machine.memory.floats[flag / 4] === 0
  }

  #feed(name: string, feed: Feed): void {
    const port = this.#port('input', name)
    const B = this.#sizes.read(port.rows)
    const T = this.#sizes.read(port.steps)
    const size = T * port.axes.layout.columns
    checkFeed(name, feed, B, B * size)
    const { memory } = this.machine
    if (port.arrival > 0) {
      const pairs = size % 2 === 0 ? pairsOf(feed.data) : null
      if (pairs) gather(memory.doubles, port.arrival / 8, B, size / 2, pairs, feed.rows)
      else gather(memory.floats, port.arrival / 4, B, size, feed.data, feed.rows)
    } else {
      const at = this.#addresses[port.value.id] / 4
      pack(this.machine.view(port.value), at, port.axes, B, T, feed.data, feed.rows)
    }
  }

  #fetch(name: string, data: Float32Array): void {
    const port = this.#port('output', name)
    const B = this.#sizes.read(port.rows)
    const T = this.#sizes.read(port.steps)
    const size = B * T * port.axes.layout.columns
    if (data.length < size) {
      throw new RangeError(`output '${name}' needs room for ${size} numbers; got ${data.length}`)
    }
    unpack(this.machine.view(port.value), this.#addresses[port.value.id] / 4, port.axes, B, T, data)
  }

  #port(direction: 'input' | 'output', name: string): Port {
    const ports = direction === 'input' ? this.#inputs : this.#outputs
    const port = ports.get(name)
    if (port) return port
    throw new Error(`there is no ${direction} '${name}'; there are ${[...ports.keys()].join(', ')}`)
  }

  #requireAll(feeds: Readonly<Record<string, Feed>>): void {
    for (const name in feeds) this.#port('input', name)
    const missing = [...this.#inputs.keys()].filter((name) => !Object.hasOwn(feeds, name))
    if (missing.length === 0) return
    throw new Error(`another program may have run since: feed all inputs; missing: ${missing.join(', ')}`)
  }

  #isFinite(id: number): boolean {
    const { placements, program, bounds } = this.plan
    const value = program.values[id]
    const placement = placements[id]
    if (!placement || value.dtype === 'int32') return true
    const port = this.#portOf(id)
    const B = this.#sizes.read(port.rows)
    const T = Math.min(this.#sizes.read(port.steps), placement.layout.steps)
    const data = new Float32Array(sizeOf(resolveShape(value.shape, bounds)))
    unpack(this.machine.view(value), this.#addresses[id] / 4, port.axes, B, T, data)
    return data.every(Number.isFinite)
  }

  // ---- in memory

  /** Sees to it that descriptors and records are there. At every run, so without a closure, which would allocate. */
  #settle(): void {
    const arena = this.machine.arena(this.plan.arenaBytes + this.#arriving)
    if (arena !== this.#arena) this.#place(arena)
  }

  /** Writes descriptors and records, anew where the arena has moved. */
  #place(arena: number): void {
    const { program, arenaBytes, phases, inner } = this.plan
    this.#addresses = this.#addressesOf(this.plan, arena, {})
    this.encoded = program.instructions.map((instruction, at) => {
      if (!inner[at].step) return encode(this.plan, instruction, this.#addresses, this.#sizes)
      const { plan, offset } = inner[at].step
      const addresses = this.#addressesOf(plan, arena + offset, instruction.inputs)
      return encodeScan(this.plan, at, this.#addresses, addresses, this.#sizes, encode)
    })
    const arrivals = this.#arrive(arena + arenaBytes)
    this.#write([...arrivals, ...this.encoded])
    const first = this.#image.address / 4
    this.#records = first + arrivals.length * RECORD_WORDS
    const segments = segmentsOf(program, phases, this.encoded, this.#records)
    this.segments = withArrivals(segments, arrivals.length, first, (index) => this.#readsOwnRows(index))
    this.#arena = arena
  }

  /** Gives what arrives its room, and tells the kernel. */
  #arrive(address: number): Encoded[] {
    return this.#arrivals.map((port) => {
      port.arrival = address
      address += arrivalBytes(port)
      return encodeArrival(port, port.arrival, this.#addresses[port.value.id])
    })
  }

  /** Does a thread need no rows of what arrives but its own for its share of this instruction? */
  #readsOwnRows(index: number): boolean {
    const read = Object.values(this.plan.program.instructions[index].inputs)
    return this.encoded[index].split === ROWS || !this.#arrivals.some(({ value }) => read.includes(value.id))
  }

  /** Where a plan's values begin; what the outer program lends it lies where that has its operands. */
  #addressesOf(
    { program, bounds, placements }: Plan,
    arena: number,
    operands: Readonly<Record<string, number>>,
  ): number[] {
    const names = new Map(Object.entries(program.inputs).map(([name, id]) => [id, name]))
    return program.values.map((value, id) => {
      const placement = placements[id]
      if (!placement) return 0
      if (placement.region === 'persistent') return this.machine.persistent(value, bounds)
      if (placement.region === 'lent') return this.#addresses[operands[names.get(id) as string]]
      return arena + placement.offset
    })
  }

  /** Records first, one after the other, those of loops behind the others; then the descriptors they point to. */
  #write(encoded: readonly Encoded[]): void {
    const { memory } = this.machine
    const all = [...encoded, ...encoded.flatMap(({ loop }) => loop?.flat() ?? [])]
    const records = all.length * RECORD_BYTES
    const bytes = all.reduce((sum, { descriptor }) => sum + 4 * descriptor.length, records)
    // as long as the first time, since only addresses change
    if (this.#image.bytes === 0) Object.assign(this.#image, { address: memory.allocate(bytes), bytes })
    let descriptorAt = this.#image.address + records
    let record = this.#image.address / 4
    let inner = record + encoded.length * RECORD_WORDS
    for (const { kernel, descriptor, split, panels, loop } of all) {
      if (loop) memory.words.set([LOOP, descriptorAt, split, inner], record)
      else memory.words.set([this.machine.kernelNumber(kernel), descriptorAt, split, panels], record)
      if (loop) inner += loop.flat().length * RECORD_WORDS
      record += RECORD_WORDS
      memory.words.set(descriptor, descriptorAt / 4)
      descriptorAt += 4 * descriptor.length
    }
  }

  #ports(ids: Readonly<Record<string, number>>): Map<string, Port> {
    return new Map(Object.entries(ids).map(([name, id]) => [name, this.#portOf(id)]))
  }

  #portOf(id: number): Port {
    const { placements, program, bounds } = this.plan
    const value = program.values[id]
    const layout = placements[id]?.layout
    if (!layout) throw new Error(`'${value.name}' has no place in memory`)
    const rows = sizeOf(resolveShape(rowDims(value), bounds))
    return {
      value,
      axes: axesOf(layout, rows),
      rows: this.#sizes.address(rowDims(value)),
      steps: this.#sizes.address(stepDims(value)),
      arrival: 0,
    }
  }
}

/** Apart from the class: what it closes over must not hold the executable. */
function releaseOf(memory: Memory, image: { address: number; bytes: number }, sizes: Sizes): () => void {
  return () => {
    memory.release(image.address, image.bytes)
    sizes.release()
  }
}
