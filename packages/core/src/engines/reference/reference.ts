import type { Float64Tensor } from '../../ops/op.ts'
import type { Extents, Program, Value, ValueType } from '../../program/program.ts'
import {
  COMPLETED,
  type Engine,
  type Executable,
  type Explanation,
  type Feed,
  type Machine,
  type Numbers,
} from '../engine.ts'
import { explain } from './explain.ts'
import { execute, held, tensor } from './interpret.ts'

/**
 * The definition of what a program means: every operation's own float64 loops, one instruction after the other, each
 * value an array of its own. Slow; the oracle of every test.
 */
export function reference(): ReferenceEngine {
  return { name: 'reference', open: async () => new ReferenceMachine() }
}

export interface ReferenceEngine extends Engine {
  open(): Promise<ReferenceMachine>
}

/** Fetches may be asked for in double precision. */
type Fetches = Readonly<Record<string, Float32Array | Float64Array>>

export class ReferenceMachine implements Machine {
  readonly arithmetic = 'float64'
  readonly notes = ['reference: float64 loops on one thread, the definition of every operation']
  readonly #persistent = new Map<string, Float64Tensor>()
  /** By model, then by value. */
  readonly #copies = new Map<string, Map<string, Float64Array>>()

  async load(program: Program, bounds: Extents): Promise<ReferenceExecutable> {
    for (const value of program.values) {
      if (isPersistent(value) && !this.#persistent.has(value.name)) {
        this.#persistent.set(value.name, tensor(value, bounds))
      }
    }
    return new ReferenceExecutable(program, bounds, this.#persistent)
  }

  async read(name: string): Promise<Float32Array> {
    return Float32Array.from(this.#named(name))
  }

  /** A persistent value in full precision. */
  async read64(name: string): Promise<Float64Array> {
    return this.#named(name).slice()
  }

  async write(name: string, data: Numbers): Promise<void> {
    const target = this.#named(name)
    if (data.length !== target.length) {
      throw new Error(`'${name}' has ${target.length} entries; got ${data.length}`)
    }
    target.set(data)
  }

  async release(names: readonly string[]): Promise<void> {
    for (const name of names) this.#persistent.delete(name)
  }

  async snapshot(model: string, names: readonly string[]): Promise<void> {
    this.#copies.set(model, new Map(names.map((name) => [name, this.#named(name).slice()])))
  }

  async restore(model: string, names: readonly string[]): Promise<void> {
    const copies = this.#copies.get(model)
    if (!copies) throw new Error('there is no copy to put back; call snapshot() first')
    for (const name of names) {
      const kept = copies.get(name)
      if (kept) this.#named(name).set(kept)
      else this.#named(name).fill(0)
    }
  }

  #named(name: string): Float64Array {
    const value = this.#persistent.get(name)
    if (!value) {
      throw new Error(
        `no loaded program has a persistent value '${name}'; there are ${[...this.#persistent.keys()].join(', ')}`,
      )
    }
    return value.data
  }
}

export class ReferenceExecutable implements Executable {
  readonly #program: Program
  readonly #bounds: Extents
  readonly #persistent: ReadonlyMap<string, Float64Tensor>
  /** What the inputs held in the last run, by name. */
  readonly #inputs = new Map<string, Float64Tensor>()

  constructor(program: Program, bounds: Extents, persistent: ReadonlyMap<string, Float64Tensor>) {
    this.#program = program
    this.#bounds = bounds
    this.#persistent = persistent
  }

  run(counts: Extents, feeds: Readonly<Record<string, Feed>>, fetches: Fetches): number {
    const values = this.#begin(counts, feeds)
    for (const [index, instruction] of this.#program.instructions.entries()) {
      if (execute(this.#program, instruction, values, counts)) return index
    }
    for (const [name, target] of Object.entries(fetches)) this.#fetch(name, target, values)
    return COMPLETED
  }

  async firstNonFinite(counts: Extents, feeds: Readonly<Record<string, Feed>>): Promise<string | null> {
    const { values: declared, instructions } = this.#program
    const values = this.#begin(counts, feeds)
    for (const instruction of instructions) {
      const operands = Object.values(instruction.inputs)
      const halted = execute(this.#program, instruction, values, counts)
      for (const id of [...operands, ...Object.values(instruction.outputs)]) {
        if (!values.get(id)?.data.every(Number.isFinite)) return declared[id].name
      }
      if (halted) return null
    }
    return null
  }

  async explain(): Promise<Explanation> {
    return explain(this.#program, this.#bounds)
  }

  /** The values at the start of a run: persistent ones and inputs. */
  #begin(counts: Extents, feeds: Readonly<Record<string, Feed>>): Map<number, Float64Tensor> {
    for (const [extent, bound] of Object.entries(this.#bounds)) {
      if (counts[extent] > bound)
        throw new Error(`'${extent}' was planned for at most ${bound}; got ${counts[extent]}`)
    }
    const values = new Map<number, Float64Tensor>()
    for (const value of this.#program.values) {
      const kept = isPersistent(value) && this.#persistent.get(value.name)
      if (kept) values.set(value.id, kept)
    }
    for (const [name, id] of Object.entries(this.#program.inputs)) {
      values.set(id, this.#input(name, this.#program.values[id], counts, feeds[name]))
    }
    return values
  }

  #input(name: string, type: ValueType, counts: Extents, feed: Feed | undefined): Float64Tensor {
    const value = tensor(type, counts)
    const { data, shape } = value
    if (!feed) {
      const held = this.#inputs.get(name)
      data.set(held ? held.data.subarray(0, data.length) : [])
    } else if (feed.rows) {
      const width = data.length / shape[0]
      if (feed.rows.length < shape[0])
        throw new Error(`input '${name}' needs ${shape[0]} rows; got ${feed.rows.length}`)
      for (let i = 0; i < shape[0]; i++) {
        const row = feed.data.subarray(feed.rows[i] * width, (feed.rows[i] + 1) * width)
        if (row.length < width)
          throw new Error(
            `input '${name}' has no row ${feed.rows[i]}: ${feed.data.length} entries, ${width} a row`,
          )
        data.set(row, i * width)
      }
    } else {
      if (feed.data.length < data.length)
        throw new Error(`input '${name}' needs ${data.length} entries; got ${feed.data.length}`)
      data.set(feed.data.subarray(0, data.length))
    }
    this.#inputs.set(name, value)
    return value
  }

  #fetch(
    name: string,
    target: Float32Array | Float64Array,
    values: ReadonlyMap<number, Float64Tensor>,
  ): void {
    const { outputs } = this.#program
    if (!(name in outputs))
      throw new Error(
        `program '${this.#program.name}' has no output '${name}'; it has ${Object.keys(outputs).join(', ')}`,
      )
    const { data } = held(values, outputs[name])
    if (target.length < data.length)
      throw new Error(`output '${name}' has ${data.length} entries; the array for it holds ${target.length}`)
    target.set(data)
  }
}

function isPersistent(value: Value): boolean {
  return value.role === 'parameter' || value.role === 'state'
}
