import type { Layer, Shape } from '../layers/layer.ts'

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
}

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
