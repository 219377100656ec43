import { show } from '../config/options.ts'
import { type TensorLike, toTensor } from '../data/tensor.ts'
import { COMPLETED, type Engine, type Executable, type Feed } from '../engines/engine.ts'
import { DataError, EngineError } from '../errors.ts'
import { type CarriedSize, carriedSizes, STATE } from '../network/emit.ts'
import type { NetworkInput } from '../network/network.ts'
import { type StepNetwork, stepNetwork } from '../network/steps.ts'
import { BATCH, resolveShape, sizeOf } from '../program/program.ts'
import { predictionName, predictionProgram } from '../training/programs.ts'
import type { Session } from '../training/session.ts'

/** What one input takes at a step: a vector, an id, or nested arrays where a step has more axes. */
export type StepLike = number | ArrayLike<number> | TensorLike

/** What a stream carries from step to step, by layer and state (`lstm/h`): plain JSON. */
export type StreamState = Readonly<Record<string, readonly number[]>>

const ONE_ROW = { [BATCH]: 1 }

/**
 * A model that sees one step at a time and carries its recurrent layers' states: `push` takes constant time and memory,
 * however long the sequence. Its outputs have the bits that `predict` gives for the sequence so far, alone in its batch.
 * It computes at once, on the calling thread, with a copy of the weights from when it was made.
 */
export class Stream {
  readonly #executable: Executable
  readonly #inputs: readonly Input[]
  readonly #outputs: readonly Float32Array[]
  readonly #states: ReadonlyMap<string, Float32Array>
  readonly #feeds: Readonly<Record<string, Feed>>
  readonly #fetches: Readonly<Record<string, Float32Array>>
  /** Shape of what `push` returns. */
  readonly outputShape: readonly number[]

  constructor(
    { network, outputShapes }: StepNetwork,
    states: readonly CarriedSize[],
    executable: Executable,
  ) {
    this.#executable = executable
    this.#inputs = network.inputs.map((input) => new Input(input))
    this.#states = new Map(states.map(({ name, size }) => [name.slice(STATE.length), new Float32Array(size)]))
    const outputs = network.outputs.map(({ name }, index) => ({
      key: predictionName(network, name),
      data: new Float32Array(sizeOf(outputShapes[index])),
    }))
    this.outputShape = outputShapes[0]
    this.#outputs = outputs.map(({ data }) => data)
    // what a run leaves is what the next one is fed
    const carried = [...this.#states].map(([name, data]) => [STATE + name, data] as const)
    this.#feeds = Object.fromEntries([
      ...this.#inputs.map(({ feed, data }) => [feed, { data }] as const),
      ...carried.map(([name, data]) => [name, { data }] as const),
    ])
    this.#fetches = Object.fromEntries([...outputs.map(({ key, data }) => [key, data] as const), ...carried])
  }

  /**
   * One step in, the output of this step out. Several inputs or outputs: `pushAll`.
   *
   * @param x [features], or the id where the model takes ids
   * @param into is filled and returned; without it a new array is
   */
  push(x: StepLike, into = new Float32Array(this.#outputs[0].length)): Float32Array {
    if (this.#inputs.length > 1)
      throw new DataError('stream.push: this model has several inputs; use pushAll')
    this.#inputs[0].take(x)
    this.#run()
    into.set(this.#outputs[0])
    return into
  }

  /** The same for models of several inputs or outputs, in their order. */
  pushAll(xs: readonly StepLike[]): Float32Array[] {
    if (xs.length !== this.#inputs.length)
      throw new DataError(`stream.pushAll: the model has ${this.#inputs.length} inputs; got ${xs.length}`)
    for (const [index, input] of this.#inputs.entries()) input.take(xs[index])
    this.#run()
    return this.#outputs.map((output) => output.slice())
  }

  /** Begins a new sequence. */
  reset(): void {
    for (const data of this.#states.values()) data.fill(0)
  }

  /** All that is carried; set it, here or in another stream of the same model, to go on from there. */
  get state(): StreamState {
    return Object.fromEntries([...this.#states].map(([name, data]) => [name, Array.from(data)]))
  }

  set state(state: StreamState) {
    const expected = () =>
      [...this.#states].map(([name, { length }]) => `${name} of ${length} numbers`).join(', ')
    const given = Object.entries(state ?? {})
    const fine = ([name, numbers]: [string, ArrayLike<number>]) =>
      numbers?.length === this.#states.get(name)?.length && Array.from(numbers).every(Number.isFinite)
    if (given.length !== this.#states.size || !given.every(fine))
      throw new DataError(`stream.state: expected ${expected()}, all finite; got ${show(state)}`)
    for (const [name, numbers] of given) this.#states.get(name)?.set(numbers)
  }

  #run(): void {
    const outcome = this.#executable.run(ONE_ROW, this.#feeds, this.#fetches)
    if (outcome === COMPLETED) return
    throw new EngineError(
      'stream.push: this engine does not compute on the calling thread; use the default one',
    )
  }
}

/** Where the numbers of a step are put. */
class Input {
  readonly feed: string
  readonly data: Float32Array | Int32Array
  readonly #name: string
  readonly #idsBelow: number | null

  constructor({ feed, name, type, idsBelow }: NetworkInput) {
    const size = sizeOf(resolveShape(type.shape, ONE_ROW))
    this.feed = feed
    this.data = idsBelow === null ? new Float32Array(size) : new Int32Array(size)
    this.#name = name
    this.#idsBelow = idsBelow
  }

  take(x: StepLike): void {
    const { data } = this
    const length = data.length
    if (typeof x === 'number') {
      if (length !== 1) throw this.#wrong(x)
      data[0] = this.#checked(x)
      return
    }
    const flat = isFlat(x) ? x : toTensor(x as TensorLike, `stream.push, ${this.#name}`).data
    if (flat.length !== length) throw this.#wrong(x)
    for (let i = 0; i < length; i++) data[i] = this.#checked(flat[i])
  }

  #checked(x: number): number {
    const below = this.#idsBelow
    if (below === null ? Number.isFinite(x) : Number.isInteger(x) && x >= 0 && x < below) return x
    throw new DataError(
      below === null
        ? `stream.push: expected finite numbers for '${this.#name}'; got ${show(x)}`
        : `stream.push: expected an id from 0 to ${below - 1} for '${this.#name}'; got ${show(x)}`,
    )
  }

  #wrong(x: StepLike): DataError {
    const { length } = this.data
    const expected = this.#idsBelow === null ? `the ${length} numbers of one step` : 'the id of one step'
    return new DataError(`stream.push: expected ${expected} for '${this.#name}'; got ${show(x)}`)
  }
}

function isFlat(x: StepLike): x is ArrayLike<number> {
  return ArrayBuffer.isView(x) || (Array.isArray(x) && typeof x[0] === 'number')
}

/** A stream of the session's network, with the weights as they are now. */
export async function openStream(where: string, session: Session, engine: Engine): Promise<Stream> {
  const { network, machine } = session
  const steps = stepNetwork(where, network)
  const program = predictionProgram(steps.network, { streaming: true })
  const own = await (engine.openHere ?? engine.open).call(engine)
  const executable = await own.load(program, ONE_ROW)
  for (const { name } of network.parameters) await own.write(name, await machine.read(name))
  return new Stream(steps, carriedSizes(program), executable)
}
