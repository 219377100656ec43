import { loadDemanded } from '../config/onDemand.ts'
import type { Float32Tensor } from '../data/tensor.ts'
import type { Engine, Executable, Machine } from '../engines/engine.ts'
import { type CarriedSize, carriedSizes } from '../network/emit.ts'
import { type Network, slotName, type Variable } from '../network/network.ts'
import { BATCH, type Extents, type Program, type Value } from '../program/program.ts'
import { Generator } from '../random/generator.ts'
import type { Batches } from './batches.ts'
import type { Carried } from './carried.ts'
import { PENALTY } from './figures.ts'
import { type Compiled, checkMetrics, loadCompiled, objectivesOf } from './objectives.ts'
import {
  evaluationProgram,
  predictionProgram,
  type TrainingParts,
  trainingProgram,
  type Variant,
  weightsProgram,
} from './programs.ts'

/** Streams of the model's seed: one for every weight from 0 on, and these. */
export const SHUFFLE_STREAM = 2 ** 40

type Kind = 'prediction' | 'evaluation' | 'training'

/** A program with room for batches of some size. */
export interface Loaded {
  readonly executable: Executable
  /** By objective: does the output carry a mask? */
  readonly masked: readonly boolean[]
  /** Does the program put out a penalty? */
  readonly penalty: boolean
  /** What stateful layers carry from run to run. */
  readonly states: readonly CarriedSize[]
}

interface Loading {
  readonly bounds: Extents
  readonly loaded: Promise<Loaded>
}

/** A network on an engine's machine: its weights, and the programs over them, planned when first needed. */
export class Session {
  readonly network: Network
  readonly machine: Machine
  #carried: Carried | null = null
  #compiled: Compiled | null = null
  #parts: TrainingParts | null = null
  /** The optimizer's slots are there, as they start. */
  #ready = Promise.resolve()
  readonly #loaded: Record<Kind, Map<string, Loading>> = {
    prediction: new Map(),
    evaluation: new Map(),
    training: new Map(),
  }

  /** In front of the names of the optimizer's slots, where another model has its own for the same weights. */
  readonly #own: string
  /** What the optimizer keeps, by name in the machine. */
  readonly #slots = new Set<string>()

  private constructor(network: Network, machine: Machine) {
    this.network = network
    this.machine = machine
    this.#own = network.home.models++ === 0 ? '' : `${network.home.models}/`
  }

  /** Opens the machine where the weights live, and fills those that are new by their initializers. */
  static async open(network: Network, engine: Engine, seed: number): Promise<Session> {
    await loadDemanded()
    const session = new Session(network, await network.home.open(engine, 'this model cannot compute'))
    await session.machine.load(weightsProgram(network, [], []), {})
    const { filled } = network.home
    for (const [index, variable] of network.variables.entries()) {
      const { initializer, shape } = variable.spec
      if (variable.parameters.every(({ name }) => filled.has(name))) continue
      // first, as it may throw; then at once, as another model may look
      const values = initializer.values(shape, new Generator(seed, index))
      for (const { name } of variable.parameters) filled.add(name)
      await session.write(variable, values)
    }
    return session
  }

  /** Takes up what `compile` was given; the optimizer starts anew. */
  compile(compiled: Compiled): Promise<void> {
    if (compiled !== this.#compiled) {
      const parts = {
        optimizer: compiled.optimizer,
        objectives: objectivesOf(this.network, compiled),
        trainable: this.network.trainableVariables,
      }
      this.#compiled = compiled
      this.#parts = parts
      this.#ready = this.#prepare(compiled, parts).catch((error) => {
        this.#compiled = null
        throw error
      })
    }
    return this.#ready
  }

  /** What training a compiled model needs. */
  get parts(): TrainingParts {
    if (!this.#parts) throw new Error('the model is not compiled')
    return this.#parts
  }

  async #prepare(compiled: Compiled, { optimizer, objectives, trainable }: TrainingParts): Promise<void> {
    await loadDemanded()
    await loadCompiled(compiled)
    checkMetrics(objectives)
    const { slots, initial } = optimizer.method
    this.#loaded.evaluation.clear()
    this.#loaded.training.clear()
    await this.machine.release([...this.#slots])
    this.#slots.clear()
    await this.machine.load(this.#owned(weightsProgram(this.network, slots, trainable)), {})
    for (const slot of slots) {
      for (const { name, size } of trainable.flatMap(({ parameters }) => parameters))
        await this.machine.write(this.#nameOf(name, slot), new Float32Array(size).fill(initial[slot] ?? 0))
    }
  }

  /**
   * The program of this kind with room for these sizes, planned when first asked for. One plan a batch size, rounded up
   * to a power of two: a single row would waste the caches in a plan for many. Where sequences are longer, it is planned
   * anew, for the longest so far.
   */
  executable(kind: Kind, sizes: Extents, variant: Variant = {}): Promise<Loaded> {
    const rows = 2 ** Math.ceil(Math.log2(sizes[BATCH]))
    const key = JSON.stringify([rows, variant])
    const known = this.#loaded[kind].get(key)
    if (known && Object.entries(sizes).every(([extent, size]) => size <= known.bounds[extent]))
      return known.loaded
    const longest = Object.entries(sizes).map(([extent, size]) => [
      extent,
      Math.max(size, known?.bounds[extent] ?? 0),
    ])
    const bounds: Extents = { ...Object.fromEntries(longest), [BATCH]: rows }
    const program = this.#owned(this.#program(kind, variant))
    const loaded = this.machine
      .load(program, bounds)
      .then((executable) => ({ executable, ...this.#facts(kind, program) }))
    const loading = { bounds, loaded }
    this.#loaded[kind].set(key, loading)
    loaded.catch(() => {
      if (this.#loaded[kind].get(key) === loading) this.#loaded[kind].delete(key)
    })
    return loaded
  }

  #facts(kind: Kind, program: Program): Omit<Loaded, 'executable'> {
    const objectives = kind === 'prediction' ? [] : this.parts.objectives
    return {
      masked: objectives.map(({ plan }) => `${plan.key}.mask` in program.outputs),
      penalty: PENALTY in program.outputs,
      states: carriedSizes(program),
    }
  }

  /** Lets stateful layers go on: what they carry is fed to the runs over these batches, and filled by them. */
  async carry(
    states: readonly CarriedSize[],
    samples: number,
    batches: Batches,
    fetches: Record<string, Float32Array>,
  ): Promise<void> {
    if (states.length === 0) return
    const carried = await this.#openCarried()
    carried.join(states, samples, batches, fetches)
  }

  async #openCarried(): Promise<Carried> {
    // most models have none
    const { Carried } = await import('./carried.ts')
    this.#carried ??= new Carried(this.network)
    return this.#carried
  }

  /** What stateful layers carry, by name. */
  get carried(): ReadonlyMap<string, Float32Tensor> {
    return this.#carried?.tensors ?? new Map()
  }

  /** Lets stateful layers go on from what was carried elsewhere. */
  async carryOn(tensors: ReadonlyMap<string, Float32Tensor>): Promise<void> {
    if (this.#carried || tensors.size > 0) (await this.#openCarried()).tensors = tensors
  }

  /** What is carried is zero again. */
  resetStates(): void {
    this.#carried?.reset()
  }

  /** A weight, or with `slot` what the optimizer keeps for it, in Keras's order of entries. */
  async read({ parameters }: Variable, slot?: string): Promise<Float32Array> {
    const parts = await Promise.all(parameters.map(({ name }) => this.machine.read(this.#nameOf(name, slot))))
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
      await this.machine.write(this.#nameOf(name, slot), data.subarray(at, at + size))
      at += size
    }
  }

  /** Keeps a copy of this model's weights and slots; others on the machine have their own. */
  snapshot(): Promise<void> {
    return this.machine.snapshot(this.#own, this.#names)
  }

  /** Puts the copy back. */
  restore(): Promise<void> {
    return this.machine.restore(this.#own, this.#names)
  }

  get #names(): string[] {
    return [...this.network.parameters.map(({ name }) => name), ...this.#slots]
  }

  #nameOf(parameter: string, slot?: string): string {
    return slot ? this.#own + slotName(slot, parameter) : parameter
  }

  /** The program with slots of this session's own. */
  #owned(program: Program): Program {
    const rename = (value: Value) => {
      if (value.role !== 'state') return value
      const name = this.#own + value.name
      this.#slots.add(name)
      return { ...value, name }
    }
    return { ...program, values: program.values.map(rename) }
  }

  #program(kind: Kind, variant: Variant): Program {
    if (kind === 'prediction') return predictionProgram(this.network, variant)
    return kind === 'training'
      ? trainingProgram(this.network, this.parts, variant)
      : evaluationProgram(this.network, this.parts, variant)
  }
}
