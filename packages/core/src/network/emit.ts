import { OptionError } from '../errors.ts'
import { innerContext } from '../layers/innerContext.ts'
import type { EmitContext, Mask } from '../layers/layer.ts'
import { listOf } from '../layers/listOf.ts'
import type { Builder } from '../program/builder.ts'
import { BATCH, type Program, sizeOf, type Value } from '../program/program.ts'
import type { Regularizer } from '../regularizers/index.ts'
import type { Place } from './graph.ts'
import type { Network, Parameter } from './network.ts'

/** What a network's emission needs from outside: a program's, or the context of the layer that the network is part of. */
export type Surroundings = Pick<
  EmitContext,
  'builder' | 'weight' | 'generator' | 'training' | 'streaming' | 'update' | 'state' | 'penalize'
> & {
  /** Of the network's call number `index`. */
  streamOf(index: number): number
}

export interface Emission {
  readonly outputs: readonly Value[]
  readonly masks: readonly Mask[]
}

/** Appends the whole forward computation. */
export function emitNetwork(
  network: Network,
  inputs: readonly Value[],
  masks: readonly Mask[],
  surroundings: Surroundings,
): Emission {
  const { builder } = surroundings
  const values: (readonly Value[])[] = []
  const valueMasks: (readonly Mask[])[] = []
  const at = <T>({ call, index }: Place, given: readonly T[], found: readonly (readonly T[])[]): T =>
    call < 0 ? given[-1 - call] : found[call][index]
  for (const [index, call] of network.graph.calls.entries()) {
    const { layer, name } = network.layers[call.layer]
    const operands = call.inputs.map((place) => at(place, inputs, values))
    const operandMasks = call.inputs.map((place) => at(place, masks, valueMasks))
    const context: EmitContext = innerContext(
      {
        ...surroundings,
        stream: surroundings.streamOf(index),
        initialStates: call.initialStates,
        mask: (input = 0) => operandMasks[input] ?? null,
      },
      name,
    )
    builder.within(name, () => {
      const results = listOf<Value>(layer.emit(context, ...operands))
      values.push(results)
      if (layer.activityRegularizer)
        for (const result of results) context.penalize(layer.activityRegularizer, result)
      const { mask } = layer
      const found = typeof mask === 'function' ? mask(context, ...operands) : mask ? context.mask() : null
      const listed = listOf<Mask>(found)
      valueMasks.push(results.map((_, result) => listed[Array.isArray(found) ? result : 0] ?? null))
    })
  }
  const { outputs } = network.graph
  return {
    outputs: outputs.map((place) => at(place, inputs, values)),
    masks: outputs.map((place) => at(place, masks, valueMasks)),
  }
}

/** Begins the name of a carried state among a program's inputs and outputs. */
export const STATE = 'state/'

/** What a program carries from run to run: its name among inputs and outputs, and numbers a row. */
export interface CarriedSize {
  readonly name: string
  readonly size: number
}

export function carriedSizes({ outputs, values }: Program): CarriedSize[] {
  return Object.entries(outputs)
    .filter(([name]) => name.startsWith(STATE))
    .map(([name, id]) => ({ name, size: sizeOf(values[id].shape.slice(1).map(Number)) }))
}

/** A program's own surroundings: weights are its parameters, states are fed and fetched, updates are gathered. */
export class ProgramSurroundings implements Surroundings {
  readonly builder: Builder
  readonly generator: Value | null
  readonly streaming: boolean
  readonly training: boolean
  /** New values of weights, to be taken up once the loss is known to be finite. */
  readonly updates = new Map<string, { readonly parameter: Value; readonly value: Value }>()
  /** Outputs of layers that add penalties to the loss. */
  readonly penalized: { readonly regularizer: Regularizer; readonly rows: readonly Value[] }[] = []
  /** By the state's name: as the last call of its layer leaves it. */
  readonly #carried = new Map<string, Value>()
  /** By the path that layers know them under. */
  readonly #parameters: ReadonlyMap<string, Parameter>

  constructor(builder: Builder, network: Network, generator: Value | null, streaming = false) {
    this.builder = builder
    this.generator = generator
    this.training = generator !== null
    this.streaming = streaming
    this.#parameters = new Map(network.parameters.map((parameter) => [parameter.path, parameter]))
  }

  readonly streamOf = (index: number): number => index

  readonly weight = (name: string): Value => {
    const parameter = this.#parameters.get(name)
    if (!parameter) throw new OptionError(`no layer or cell declared a weight '${name}'`)
    return this.builder.parameter(parameter.name, parameter.type)
  }

  readonly update = (weight: string, change: (before: Value) => Value): void => {
    const parameter = this.weight(weight)
    // where a layer is applied again, it goes on from what it made of the weight the time before
    this.updates.set(weight, { parameter, value: change(this.updates.get(weight)?.value ?? parameter) })
  }

  readonly penalize = (regularizer: Regularizer, value: Value): void => {
    this.penalized.push({ regularizer, rows: [value] })
  }

  readonly state = (name: string, shape: readonly number[]) => ({
    // where a layer is applied again, it goes on where it was the time before, as in Keras
    before:
      this.#carried.get(name) ??
      this.builder.input(STATE + name, { shape: [BATCH, ...shape], dtype: 'float32' }),
    after: (value: Value): void => {
      this.#carried.set(name, value)
      this.builder.output(STATE + name, value)
    },
  })
}
