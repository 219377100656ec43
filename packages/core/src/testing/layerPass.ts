import { COMPLETED, type Engine, type Executable, type Feed, type Machine } from '../engines/engine.ts'
import { emitNetwork, ProgramSurroundings } from '../network/emit.ts'
import type { Network } from '../network/network.ts'
import { add } from '../ops/add.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Extents, type Program, resolveShape, sizeOf, type Value } from '../program/program.ts'
import { numbers, wholeNumbers } from './data.ts'

/** Sizes of a batch: its rows, and its steps where their number is open. */
export interface Sizes {
  readonly rows: number
  readonly steps: number
}

export interface PassOptions {
  /** With gradients of Σ seed ⊙ output for every weight and input of floats. */
  readonly training: boolean
  /** Every input comes with a mask. */
  readonly masked: boolean
}

function extentsOf(network: Network, { rows, steps }: Sizes): Extents {
  const extents: Record<string, number> = { [BATCH]: rows }
  for (const index of network.inputs.keys()) {
    const extent = network.extentOf(index)
    if (extent !== null) extents[extent] = steps
  }
  return extents
}

/** Random samples for each input: ids where it takes ids. */
export function samplesFor({ inputs }: Network, { rows, steps }: Sizes) {
  return inputs.map(({ shape, idsBelow }, index) => {
    const dims = [rows, ...shape.map((dim) => dim ?? steps)]
    return idsBelow === null ? numbers(dims, 10 + index) : wholeNumbers(dims, idsBelow, 10 + index)
  })
}

/** A program of a network that tests can look into, with random weights and inputs, which they may change. */
export class Pass {
  readonly machine: Machine
  readonly feeds: Record<string, Feed>
  /** Names among the outputs: `y0`, `mask0`, …, and `d ⟨weight or input⟩`. */
  readonly outputs: readonly string[]
  readonly #program: Program
  readonly #executable: Executable
  readonly #extents: Extents

  static async open(network: Network, engine: Engine, sizes: Sizes, options: PassOptions): Promise<Pass> {
    const machine = await engine.open()
    const program = passOf(network, options)
    const extents = extentsOf(network, sizes)
    const executable = await machine.load(program, extents)
    const known = new Set(program.values.map(({ name }) => name))
    // Normalization's count is a weight that nothing computes with
    for (const [index, { name, size }] of network.parameters.entries())
      if (known.has(name))
        await machine.write(
          name,
          numbers([size], 100 + index).data.map((n) => 0.7 * n),
        )
    return new Pass(network, sizes, machine, program, executable, extents)
  }

  private constructor(
    network: Network,
    sizes: Sizes,
    machine: Machine,
    program: Program,
    executable: Executable,
    extents: Extents,
  ) {
    this.machine = machine
    this.outputs = Object.keys(program.outputs)
    this.#program = program
    this.#executable = executable
    this.#extents = extents
    const samples = samplesFor(network, sizes)
    this.feeds = 'generator' in program.inputs ? { generator: { data: Int32Array.of(1, 0, 1, 0) } } : {}
    for (const [index, name] of Object.keys(program.inputs).entries()) {
      const input = network.inputs.findIndex(({ feed }) => feed === name)
      if (input >= 0) this.feeds[name] = samples[input]
      else if (name !== 'generator')
        this.feeds[name] = numbers([this.sizeOf(program.inputs[name])], 50 + index)
    }
  }

  sizeOf(id: number): number {
    return sizeOf(resolveShape(this.#program.values[id].shape, this.#extents))
  }

  /** All outputs, in float64 where the engine is the reference. */
  async run(): Promise<Record<string, Float32Array>> {
    const exact = this.machine.arithmetic === 'float64'
    const fetches = Object.fromEntries(
      this.outputs.map((name) => {
        const size = this.sizeOf(this.#program.outputs[name])
        return [name, exact ? new Float64Array(size) : new Float32Array(size)]
      }),
    ) as Record<string, Float32Array>
    const feeds = Object.fromEntries(
      Object.entries(this.feeds).filter(([name]) => name in this.#program.inputs),
    )
    const halted = await this.#executable.run(this.#extents, feeds, fetches)
    if (halted !== COMPLETED) throw new Error(`instruction ${halted} halted the pass`)
    return fetches
  }
}

export const maskName = (input: number) => `mask of input ${input}`

function passOf(network: Network, { training, masked }: PassOptions): Program {
  const builder = new Builder('pass')
  const inputs = network.inputs.map(({ feed, type }) => builder.input(feed, type))
  const masks = inputs.map(({ shape }, index) =>
    masked ? builder.input(maskName(index), { shape: shape.slice(0, 2), dtype: 'int32' }) : null,
  )
  const generator = training ? builder.input('generator', { shape: [4], dtype: 'int32' }) : null
  const found = emitNetwork(network, inputs, masks, new ProgramSurroundings(builder, network, generator))
  for (const [index, value] of found.outputs.entries()) {
    builder.output(`y${index}`, value)
    const mask = found.masks[index]
    if (mask) builder.output(`mask${index}`, mask)
  }
  if (training) emitGradients(builder, network, inputs, found.outputs)
  return builder.finish()
}

function emitGradients(
  builder: Builder,
  network: Network,
  inputs: readonly Value[],
  outputs: readonly Value[],
): void {
  const seeds = new Map<Value, Value>()
  for (const [index, value] of outputs.entries()) {
    // two outputs may be one value: a last output and the state
    const [seed, other] = [builder.input(`seed${index}`, value), seeds.get(value)]
    seeds.set(value, other ? builder.emit(add, { a: other, b: seed }, {}).y : seed)
  }
  const parameters = network.trainableVariables.flatMap((variable) =>
    variable.parameters.map(({ name, type }) => builder.parameter(name, type)),
  )
  const wanted = [...parameters, ...inputs.filter(({ dtype }) => dtype === 'float32')]
  for (const [value, gradient] of differentiate(builder, seeds, wanted))
    builder.output(`d ${value.name}`, gradient)
}
