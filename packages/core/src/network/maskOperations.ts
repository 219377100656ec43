import type { Layer } from '../layers/layer.ts'
import type { Call, InputSource, SymbolicTensor } from '../layers/symbolic.ts'
import { type MaskForms, masksOfResults } from './masks.ts'

/** One of the operations that Keras's graphs compute masks with. */
export interface MaskOperation {
  readonly kind: 'mask'
  readonly inputs: readonly Source[]
}

/** What a tensor, or a mask, is the result of. */
export type Source = Call | InputSource | MaskOperation

const operation = (...inputs: Source[]): MaskOperation => ({ kind: 'mask', inputs })

/** The operations that Keras computes each mask by (`compute_mask` of its layers). */
const OPERATIONS: MaskForms<Source> = {
  notEqual: (tensor, _, ofVectors) => (ofVectors ? operation(operation(tensor)) : operation(tensor)),
  or: operation,
  joined: (_, masks, tensors) =>
    operation(
      operation(
        ...masks.map((mask, i) =>
          mask ? operation(operation(mask), operation(tensors[i])) : operation(tensors[i]),
        ),
      ),
    ),
  same: operation,
}

/** Layers whose calls Keras hands the mask of their only input. */
const TAKES_MASK =
  /^(LSTM|GRU|SimpleRNN|RNN|Bidirectional|TimeDistributed|BatchNormalization|Softmax|GlobalAveragePooling1D)$/

/** A graph as Keras has it: with the operations that compute masks, of which the order of layers depends, too. */
export class KerasGraph {
  readonly #masks = new Map<Call, readonly (Source | null)[]>()

  /** What a call takes, in Keras's order. */
  parentsOf(source: Source): readonly Source[] {
    if (source.kind === 'input') return []
    if (source.kind === 'mask') return source.inputs
    const { layer, inputs, options } = source
    const tensors = inputs.map((tensor) => tensor.source)
    const takes = takesMask(layer) && options.initialState === undefined
    return takes ? [...tensors, ...inputs.flatMap((tensor) => this.#maskOf(tensor) ?? [])] : tensors
  }

  #maskOf({ source, index }: SymbolicTensor): Source | null {
    return source.kind === 'call' ? (this.#found(source)[index] ?? null) : null
  }

  #found(call: Call): readonly (Source | null)[] {
    const known = this.#masks.get(call)
    if (known) return known
    const { layer, inputs } = call
    const masks = inputs.map((tensor) => this.#maskOf(tensor))
    // what a model does inside is no part of this graph
    const found = layer.network
      ? []
      : masksOfResults(
          layer,
          inputs.map(({ source }): Source => source),
          masks,
          OPERATIONS,
        )
    this.#masks.set(call, found)
    return found
  }
}

const takesMask = ({ className, network }: Layer) => network !== undefined || TAKES_MASK.test(className)
