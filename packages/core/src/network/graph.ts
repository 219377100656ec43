import type { Layer, Shape, WeightSpec } from '../layers/layer.ts'
import type { Dim } from '../program/program.ts'

/** Layers and how they are connected, as plain lists. */
export interface Graph {
  readonly inputs: readonly GraphInput[]
  /** Each layer once, in Keras's order, which is that of its weights. */
  readonly layers: readonly Layer[]
  /** In an order in which each finds its inputs computed. */
  readonly calls: readonly GraphCall[]
  readonly outputs: readonly Place[]
  /** Default: those of the layers whose results they are. */
  readonly outputNames?: readonly string[]
  /** Of what is no chain: its rules. */
  readonly branching?: Branching
}

/** What a chain does without: shared layers, several inputs and outputs (`branching.ts`). */
export interface Branching {
  lengthsOf(graph: Graph): Lengths
  /** Names of the outputs, from those of the layers. */
  nameOutputs(graph: Graph, names: readonly string[]): string[]
  /** Refuses a shared layer whose weights would differ from call to call. */
  requireAlike(
    name: string,
    first: readonly Shape[],
    other: readonly Shape[],
    weights: readonly WeightSpec[],
    others: readonly WeightSpec[],
  ): void
  /** Refuses an input of ids that goes to a layer which takes numbers. */
  requireIds(input: string, takers: readonly { readonly layer: Layer; readonly name: string }[]): void
}

/** By which extents the open lengths of a graph's tensors are counted; told call by call. */
export interface Lengths {
  add(call: GraphCall, index: number, shapes: readonly Shape[]): void
  of(place: Place): Dim
}

/** The extent of the first axis after the batch where its length may differ from batch to batch. */
export const TIME = 'time'

export interface GraphInput {
  readonly name: string
  readonly shape: Shape
  readonly dtype: 'float32' | 'int32' | null
  readonly batchSize: number | null
  /** Where it stands among the layers, in Keras's order: before this one. */
  readonly before: number
}

export interface GraphCall {
  /** Among `layers`. */
  readonly layer: number
  readonly inputs: readonly Place[]
  /** So many of the inputs, the last ones, are given as initial states. */
  readonly initialStates: number
}

/** A tensor of the graph: result `index` of a call, or input −1 − call. */
export interface Place {
  readonly call: number
  readonly index: number
}

export const inputPlace = (index: number): Place => ({ call: -1 - index, index: 0 })

/** One after the other. */
export function chainGraph(layers: readonly Layer[], input: Omit<GraphInput, 'before'>): Graph {
  return {
    inputs: [{ ...input, before: 0 }],
    layers,
    calls: layers.map((_, index) => ({
      layer: index,
      inputs: [index === 0 ? inputPlace(0) : { call: index - 1, index: 0 }],
      initialStates: 0,
    })),
    outputs: [{ call: layers.length - 1, index: 0 }],
  }
}

/** The length of an only input, and what the layers make of it. */
export class ChainLengths implements Lengths {
  readonly #graph: Graph
  readonly #shapes: (readonly Shape[])[] = []

  constructor(graph: Graph) {
    this.#graph = graph
  }

  add(_: GraphCall, index: number, shapes: readonly Shape[]): void {
    this.#shapes[index] = shapes
  }

  of({ call }: Place): Dim {
    if (call < 0) return TIME
    const before = this.of({ call: call - 1, index: 0 })
    return this.#graph.layers[call].steps?.(before, ...this.#shapes[call]) ?? before
  }
}
