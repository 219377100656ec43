import type { Engine, Executable, Machine } from '../engines/engine.ts'
import { type Network, slotName, type Variable } from '../network/network.ts'
import { BATCH, type Extents } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import {
  type Compiled,
  evaluationProgram,
  predictionProgram,
  trainingProgram,
  weightsProgram,
} from './programs.ts'

/** Streams of the model's seed: one for every weight from 0 on, and these. */
export const SHUFFLE_STREAM = 2 ** 40

type Kind = 'prediction' | 'evaluation' | 'training'

interface Loaded {
  readonly bounds: Extents
  readonly executable: Promise<Executable>
}

/** A network on an engine's machine: its weights, and the programs over them, planned when first needed. */
export class Session {
  readonly network: Network
  readonly machine: Machine
  #compiled: Compiled | null = null
  /** The optimizer's slots are there, and zero. */
  #ready = Promise.resolve()
  readonly #loaded: Record<Kind, Map<number, Loaded>> = {
    prediction: new Map(),
    evaluation: new Map(),
    training: new Map(),
  }

  private constructor(network: Network, machine: Machine) {
    this.network = network
    this.machine = machine
  }

  /** Opens a machine and fills the weights by their initializers. */
  static async open(network: Network, engine: Engine, seed: number): Promise<Session> {
    const session = new Session(network, await engine.open())
    await session.machine.load(weightsProgram(network, []), {})
    for (const [index, variable] of network.variables.entries()) {
      const { initializer, shape } = variable.spec
      await session.write(variable, initializer.values(shape, new Generator(seed, index)))
    }
    return session
  }

  /** Takes up what `compile` was given; the optimizer starts anew. */
  compile(compiled: Compiled): Promise<void> {
    if (compiled !== this.#compiled) {
      this.#compiled = compiled
      this.#ready = this.#prepare(compiled).catch((error) => {
        this.#compiled = null
        throw error
      })
    }
    return this.#ready
  }

  async #prepare(compiled: Compiled): Promise<void> {
    this.#loaded.evaluation.clear()
    this.#loaded.training.clear()
    const { slots } = compiled.optimizer
    await this.machine.load(weightsProgram(this.network, slots), {})
    for (const slot of slots) {
      for (const { name, size } of this.network.parameters)
        await this.machine.write(slotName(slot, name), new Float32Array(size))
    }
  }

  /**
   * The program of this kind with room for these sizes, planned when first asked for. One plan a batch size, rounded up
   * to a power of two: a single row would waste the caches in a plan for many. Longer sequences are planned anew.
   */
  executable(kind: Kind, sizes: Extents): Promise<Executable> {
    const rows = 2 ** Math.ceil(Math.log2(sizes[BATCH]))
    const known = this.#loaded[kind].get(rows)
    if (known && Object.entries(sizes).every(([extent, size]) => size <= known.bounds[extent]))
      return known.executable
    const bounds = { ...sizes, [BATCH]: rows }
    const executable = this.machine.load(this.#program(kind), bounds)
    this.#loaded[kind].set(rows, { bounds, executable })
    executable.catch(() => this.#loaded[kind].delete(rows))
    return executable
  }

  /** A weight, or with `slot` what the optimizer keeps for it, in Keras's order of entries. */
  async read({ parameters }: Variable, slot?: string): Promise<Float32Array> {
    const parts = await Promise.all(
      parameters.map(({ name }) => this.machine.read(slot ? slotName(slot, name) : name)),
    )
    if (parts.length === 1) return parts[0]
    const whole = new Float32Array(parts.reduce((size, part) => size + part.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part, at)
      at += part.length
    }
    return whole
  }

  async write({ parameters }: Variable, data: Float32Array, slot?: string): Promise<void> {
    let at = 0
    for (const { name, size } of parameters) {
      await this.machine.write(slot ? slotName(slot, name) : name, data.subarray(at, at + size))
      at += size
    }
  }

  #program(kind: Kind) {
    if (kind === 'prediction') return predictionProgram(this.network)
    if (!this.#compiled) throw new Error(`the ${kind} program needs a compiled model`)
    return kind === 'training'
      ? trainingProgram(this.network, this.#compiled)
      : evaluationProgram(this.network, this.#compiled)
  }
}
