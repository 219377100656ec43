import type { Float32Tensor } from '../data/tensor.ts'

/** What a recurrent layer held at every step, or the gradients of a loss with respect to that. */
export interface RecurrentValues {
  /** [N, T, units]: the output; at a masked step the state, which is held. */
  readonly h: Float32Tensor
  /** Of an LSTM: the cell [N, T, units]. */
  readonly c: Float32Tensor | null
  /**
   * The activated gates [N, T, units] by name: of an LSTM input, forget, cell and output, of a GRU update, reset and
   * candidate, of a SimpleRNN none.
   */
  readonly gates: Readonly<Record<string, Float32Tensor>>
}

export interface RecurrentTrace extends RecurrentValues {
  /** Name of the layer. */
  readonly layer: string
  readonly kind: 'LSTM' | 'GRU' | 'SimpleRNN'
  /** Was the sequence processed from its end? Steps stand in the order of the input all the same. */
  readonly backwards: boolean
  /**
   * d loss / d each of these numbers, with all that it has an effect on: at its own step and at later ones. Null without
   * labels, and where the loss does not depend on the layer.
   */
  readonly gradients: RecurrentValues | null
}

export interface Trace {
  /** By output of the model. */
  readonly predictions: readonly Float32Tensor[]
  /** Null without labels. */
  readonly loss: number | null
  /** In the order of computation. */
  readonly layers: readonly RecurrentTrace[]
}

/** How strong the gradient of the loss is at every step of a layer. */
export interface GradientFlow {
  readonly layer: string
  /** Euclidean norm of d loss / d h_t over samples and units, by step. */
  readonly h: readonly number[]
  /** The same of d loss / d c_t, of an LSTM. */
  readonly c: readonly number[] | null
}

/** Norms of the gradients by step, of every layer that has any. */
export function gradientFlow({ layers }: Trace): GradientFlow[] {
  return layers.flatMap(({ layer, gradients }) => {
    if (!gradients) return []
    return [{ layer, h: normsOf(gradients.h), c: gradients.c && normsOf(gradients.c) }]
  })
}

/** By step, of [N, T, H]. */
function normsOf({ shape: [N, T, H], data }: Float32Tensor): number[] {
  return Array.from({ length: T }, (_, t) => {
    let sum = 0
    for (let n = 0; n < N; n++) for (let u = 0; u < H; u++) sum += data[(n * T + t) * H + u] ** 2
    return Math.sqrt(sum)
  })
}
