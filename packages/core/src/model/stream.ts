import type { JsonObject } from '../config/keras.ts'
import { show } from '../config/options.ts'
import { type TensorLike, toTensor } from '../data/tensor.ts'
import { COMPLETED, type Engine, type Executable, type Feed } from '../engines/engine.ts'
import { DataError, EngineError, OptionError } from '../errors.ts'
import { type CarriedSize, STATE } from '../network/emit.ts'
import type { NetworkInput } from '../network/network.ts'
import { isRecurrent, type StepNetwork, stepNetwork } from '../network/steps.ts'
import { streamPrograms } from '../network/streamProgram.ts'
import { BATCH, resolveShape, sizeOf } from '../program/program.ts'
import { predictionName } from '../training/programs.ts'
import type { Session } from '../training/session.ts'
import type { layerOfModel } from './nested.ts'

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
  readonly #step: Executable
  readonly #inputs: readonly Input[]
  readonly #outputs: readonly Float32Array[]
  /** What is carried as it was last looked at; in between it stays with the machine. */
  readonly #states: ReadonlyMap<string, Float32Array>
  readonly #look: Executable
  readonly #put: Executable
  readonly #feeds: Readonly<Record<string, Feed>>
  readonly #fetches: Readonly<Record<string, Float32Array>>
  /** Shape of what `push` returns. */
  readonly outputShape: readonly number[]

  constructor(
    { network, outputShapes }: StepNetwork,
    states: readonly CarriedSize[],
    [step, look, put]: readonly Executable[],
  ) {
    this.#step = step
    this.#look = look
    this.#put = put
    this.#inputs = network.inputs.map((input) => new Input(input))
    this.#states = new Map(states.map(({ name, size }) => [name, new Float32Array(size)]))
    const outputs = network.outputs.map(({ name }, index) => ({
      key: predictionName(network, name),
      data: new Float32Array(sizeOf(outputShapes[index])),
    }))
    this.outputShape = outputShapes[0]
    this.#outputs = outputs.map(({ data }) => data)
    this.#feeds = Object.fromEntries(this.#inputs.map(({ feed, data }) => [feed, { data }]))
    this.#fetches = Object.fromEntries(outputs.map(({ key, data }) => [key, data]))
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
    const { length } = this.#outputs[0]
    if (!(into instanceof Float32Array) || into.length < length)
      throw new DataError(`stream.push: expected a Float32Array of ${length} to fill; got ${show(into)}`)
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
    this.#carry()
  }

  /** All that is carried; set it, here or in another stream of the same model, to go on from there. */
  get state(): StreamState {
    now(this.#look, {}, Object.fromEntries(this.#states))
    return Object.fromEntries([...this.#states].map(([name, data]) => [shortName(name), Array.from(data)]))
  }

  set state(state: StreamState) {
    const sizes = new Map([...this.#states].map(([name, { length }]) => [shortName(name), length]))
    const given = Object.entries(state ?? {})
    const fine = ([name, numbers]: [string, ArrayLike<number>]) =>
      sizes.has(name) && numbers?.length === sizes.get(name) && Array.from(numbers).every(isFinite32)
    if (given.length !== sizes.size || !given.every(fine)) {
      const expected = [...sizes].map(([name, size]) => `${name} of ${size} numbers`).join(', ')
      throw new DataError(`stream.state: expected ${expected}, all finite; got ${show(state)}`)
    }
    for (const [name, numbers] of given) this.#states.get(STATE + name)?.set(numbers)
    this.#carry()
  }

  #carry(): void {
    now(this.#put, Object.fromEntries([...this.#states].map(([name, data]) => [name, { data }])), {})
  }

  #run(): void {
    now(this.#step, this.#feeds, this.#fetches)
  }
}

const shortName = (name: string): string => name.slice(STATE.length)

/** Runs a program of one row at once. */
function now(
  executable: Executable,
  feeds: Readonly<Record<string, Feed>>,
  fetches: Readonly<Record<string, Float32Array>>,
): void {
  if (executable.run(ONE_ROW, feeds, fetches) === COMPLETED) return
  throw new EngineError('stream: this engine does not compute on the calling thread; use the default one')
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
    if (below === null ? isFinite32(x) : Number.isInteger(x) && x >= 0 && x < below) return x
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

/** A number that float32 holds. */
const isFinite32 = (x: number): boolean => typeof x === 'number' && Number.isFinite(Math.fround(x))

function isFlat(x: StepLike): x is ArrayLike<number> {
  return ArrayBuffer.isView(x) || (Array.isArray(x) && typeof x[0] === 'number')
}

/** A stream of the session's network, with the weights as they are now. @param asLayer which a page has anyway */
export async function openStream(
  where: string,
  session: Session,
  engine: Engine,
  asLayer: typeof layerOfModel,
): Promise<Stream> {
  const { network, machine } = session
  const steps = stepNetwork(where, network, (model, inner) =>
    asLayer(model.name ?? model.className, model.className, inner, () => model.config as JsonObject),
  )
  if (!isRecurrent(network))
    throw new OptionError(
      `${where}: this model has no recurrent layer, so there is nothing to carry from step to step; use predict()`,
    )
  const { network: one } = steps
  const { step, look, put, states } = streamPrograms(one, (name) => predictionName(one, name))
  const own = await (engine.openHere ?? engine.open).call(engine)
  const executables = [
    await own.load(step, ONE_ROW),
    await own.load(look, ONE_ROW),
    await own.load(put, ONE_ROW),
  ]
  for (const { name } of network.parameters) await own.write(name, await machine.read(name))
  return new Stream(steps, states, executables)
}
