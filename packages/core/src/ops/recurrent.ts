import type { KernelActivation } from './kernelActivations.ts'
import type { Float64Tensor } from './op.ts'

/** What every recurrent operation is told. */
export interface RnnAttributes extends Record<string, string | boolean> {
  /** φ, on the state (simple RNN), the candidate (GRU), the candidate and the cell (LSTM). */
  readonly activation: KernelActivation
  /** Process from the last step to the first; results stay at their steps. */
  readonly reverse: boolean
}

export interface LstmAttributes extends RnnAttributes {
  /** σ, on the gates. */
  readonly recurrentActivation: KernelActivation
}

export interface GruAttributes extends LstmAttributes {
  /** Does the reset gate act after the recurrent product (true) or before it? */
  readonly resetAfter: boolean
}

/** The steps 0 … T−1 in the order they are processed. */
export function processingOrder(T: number, reverse: boolean): number[] {
  return Array.from({ length: T }, (_, step) => (reverse ? T - 1 - step : step))
}

/** Is this step of this row masked? Its state is then held. mask [B, T], or none. */
export function isHeld(mask: Float64Tensor | undefined, b: number, t: number): boolean {
  return mask !== undefined && mask.data[b * mask.shape[1] + t] === 0
}

/** Row b of a state [B, H], copied; zeros where there is none. */
export function stateRow(state: Float64Tensor | undefined, b: number, H: number): Float64Array {
  return state ? state.data.slice(b * H, (b + 1) * H) : new Float64Array(H)
}

/** y += x·M for one row: x the K numbers of `source` from `at` on, M [K, y.length]; `columns` [from, to) of M and y alone. */
export function addProduct(
  y: Float64Array,
  source: Float64Array,
  at: number,
  matrix: Float64Tensor,
  from = 0,
  to = matrix.shape[1],
): void {
  const [K, N] = matrix.shape
  for (let k = 0; k < K; k++) {
    for (let n = from; n < to; n++) y[n] += source[at + k] * matrix.data[k * N + n]
  }
}
