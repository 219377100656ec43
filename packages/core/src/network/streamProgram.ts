import { assign } from '../ops/assign.ts'
import { Builder } from '../program/builder.ts'
import { BATCH, type Program, sizeOf, type Value } from '../program/program.ts'
import { type CarriedSize, emitNetwork, ProgramSurroundings, STATE } from './emit.ts'
import type { Network } from './network.ts'

/** What a stream runs: a step, which leaves the states to the next one; what is carried, out and in. */
export interface StreamPrograms {
  readonly step: Program
  readonly look: Program
  readonly put: Program
  readonly states: readonly CarriedSize[]
}

/** States that stay where they are from run to run. */
class StreamSurroundings extends ProgramSurroundings {
  readonly kept: { readonly before: Value; readonly value: Value }[] = []
  /** How often each name was asked for. */
  readonly #calls = new Map<string, number>()

  /** One for each call: a layer that is applied twice sees two sequences. */
  override readonly state = (name: string, shape: readonly number[]) => {
    const call = (this.#calls.get(name) ?? 0) + 1
    this.#calls.set(name, call)
    const before = keptState(this.builder, STATE + (call === 1 ? name : `${name} (${call})`), sizeOf(shape))
    return { before, after: (value: Value): void => void this.kept.push({ before, value }) }
  }
}

function keptState(builder: Builder, name: string, size: number): Value {
  return builder.state(name, { shape: [BATCH, size], dtype: 'float32' })
}

/** @param network of one step @param nameOf an output among the program's */
export function streamPrograms(network: Network, nameOf: (output: string) => string): StreamPrograms {
  const builder = new Builder('stream')
  const surroundings = new StreamSurroundings(builder, network, null, true)
  const inputs = network.inputs.map(({ feed, type }) => builder.input(feed, type))
  const { outputs } = emitNetwork(
    network,
    inputs,
    inputs.map(() => null),
    surroundings,
  )
  for (const [index, { name }] of network.outputs.entries()) builder.output(nameOf(name), outputs[index])
  for (const { before, value } of surroundings.kept) builder.emit(assign, { target: before, value }, {})
  const states = surroundings.kept.map(({ before: { name, shape } }) => ({ name, size: Number(shape[1]) }))
  const [look, put] = [new Builder('what a stream carries'), new Builder('what a stream shall carry')]
  for (const { name, size } of states) {
    look.output(name, keptState(look, name, size))
    const target = keptState(put, name, size)
    put.emit(assign, { target, value: put.input(name, target) }, {})
  }
  return { step: builder.finish(), look: look.finish(), put: put.finish(), states }
}
