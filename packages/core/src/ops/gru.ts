import { ACTIVATIONS } from './activations.ts'
import { projectionGradient } from './dense.ts'
import { gruBackward, gruRecurrentGradient } from './gruBackward.ts'
import type { Meaning, Op } from './op.ts'
import { addProduct, type GruAttributes, isHeld, processingOrder, stateRow } from './recurrent.ts'
import { columns, matrixRows } from './shapes.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

// The GRU of Cho et al. 2014, as Keras has it.
// B batch, T time steps, I input features, H units; gate blocks in the order z (update) r (reset) h (candidate).
//
//   z = σ(x_t·W_z + b_z + h_{t−1}·U_z + b′_z)       W [I, 3H], U [H, 3H], b and b′ [3H]
//   r = σ(x_t·W_r + b_r + h_{t−1}·U_r + b′_r)
//   ĥ = φ(x_t·W_h + b_h + r ⊙ (h_{t−1}·U_h + b′_h))  with resetAfter (Keras's default, and cuDNN's form)
//   ĥ = φ(x_t·W_h + b_h + (r ⊙ h_{t−1})·U_h)         without (the paper's form; there is no b′)
//   h_t = z ⊙ h_{t−1} + (1 − z) ⊙ ĥ
//
// At a masked step h_t = h_{t−1}: z counts as 1 there, r and ĥ as 0.

/**
 * A sequence through a GRU. x [B, T, I], initial state h0 [B, H] (zero if absent), mask int32 [B, T] (0 where a
 * step is masked) → h at every step, the last h processed [B, H], and what the way back needs: the activated gates (z r ĥ) and, with resetAfter, `recurrentCandidate`
 * h_{t−1}·U_h + b′_h [B, T, H]; without it, `resetState` r ⊙ h_{t−1} [B, T, H].
 */
export const gru: Op<
  'x' | 'kernel' | 'recurrentKernel' | 'bias' | 'recurrentBias' | 'h0' | 'mask',
  'h' | 'hLast' | 'gates' | 'recurrentCandidate' | 'resetState',
  GruAttributes
> = {
  name: 'gru',
  inputs: ['x', 'kernel', 'recurrentKernel', 'bias', 'recurrentBias', 'h0', 'mask'],
  optional: ['bias', 'recurrentBias', 'h0', 'mask'],
  outputs: ['h', 'hLast', 'gates', 'recurrentCandidate', 'resetState'],
  split: 'rows',
  rolling: { h: 2, gates: 1, recurrentCandidate: 1, resetState: 1 },

  infer({ x, kernel, recurrentKernel, recurrentBias }, { resetAfter }) {
    matrixRows('gru', x, kernel)
    if (recurrentBias && !resetAfter)
      throw new Error("operation 'gru': a recurrent bias needs resetAfter; leave it out")
    const H = columns(recurrentKernel) / 3
    const [B, T] = x.shape
    const sequence = { shape: [B, T, H], dtype: 'float32' } as const
    const last = { shape: [B, H], dtype: 'float32' } as const
    const gates = { shape: [B, T, 3 * H], dtype: 'float32', gates: 3 } as const
    const saved = resetAfter ? { recurrentCandidate: sequence } : { resetState: sequence }
    return { h: sequence, hLast: last, gates, ...saved }
  },

  gradient(context) {
    const { inputs, outputs, attributes, outputGradients, needs, emit } = context
    const { recurrentKernel, h0, mask } = inputs
    const { reverse, resetAfter } = attributes
    const { h, gates, recurrentCandidate, resetState } = outputs
    const { dz, dRecurrent, dh0 } = emit(
      gruBackward,
      {
        dh: outputGradients.h,
        dhLast: outputGradients.hLast,
        recurrentKernelTransposed: emit(transpose, { x: recurrentKernel }, {}).y,
        gates,
        h,
        h0,
        recurrentCandidate,
        mask,
      },
      attributes,
    )
    const projection = projectionGradient(context, dz)
    const recurrent =
      needs('recurrentKernel') || needs('recurrentBias')
        ? resetAfter
          ? emit(weightGradient, { x: h, dy: dRecurrent, initial: h0 }, { shift: 1, reverse })
          : { ...emit(gruRecurrentGradient, { h, resetState, dz, h0 }, { reverse }), dBias: undefined }
        : null
    return {
      ...projection,
      recurrentKernel: recurrent?.dKernel,
      recurrentBias: recurrent?.dBias,
      h0: dh0,
    }
  },
}

export const evaluateGru: Meaning<typeof gru> = (
  { x, kernel, recurrentKernel, bias, recurrentBias, h0, mask },
  out,
  { activation, recurrentActivation, reverse, resetAfter },
) => {
  const [B, T, I] = x.shape
  const H = out.hLast.shape[1]
  const σ = ACTIVATIONS[recurrentActivation].value
  const φ = ACTIVATIONS[activation].value
  for (let b = 0; b < B; b++) {
    const h = stateRow(h0, b, H)
    for (const t of processingOrder(T, reverse)) {
      const at = (b * T + t) * H
      const input = bias ? bias.data.slice() : new Float64Array(3 * H)
      addProduct(input, x.data, (b * T + t) * I, kernel)
      const recurrent = recurrentBias ? recurrentBias.data.slice() : new Float64Array(3 * H)
      addProduct(recurrent, h, 0, recurrentKernel, 0, resetAfter ? 3 * H : 2 * H)
      const z = input.slice(0, H).map((value, u) => σ(value + recurrent[u]))
      const r = input.slice(H, 2 * H).map((value, u) => σ(value + recurrent[H + u]))
      if (resetAfter) {
        out.recurrentCandidate.data.set(recurrent.subarray(2 * H), at)
        for (let u = 0; u < H; u++) recurrent[2 * H + u] *= r[u]
      } else {
        const resetState = h.map((value, u) => r[u] * value)
        out.resetState.data.set(resetState, at)
        addProduct(recurrent, resetState, 0, recurrentKernel, 2 * H)
      }
      const candidate = input.slice(2 * H).map((value, u) => φ(value + recurrent[2 * H + u]))
      if (isHeld(mask, b, t)) {
        z.fill(1)
        r.fill(0)
        candidate.fill(0)
      }
      for (let u = 0; u < H; u++) h[u] = z[u] * h[u] + (1 - z[u]) * candidate[u]
      out.h.data.set(h, at)
      for (const [gate, values] of [z, r, candidate].entries()) out.gates.data.set(values, at * 3 + gate * H)
    }
    out.hLast.data.set(h, b * H)
  }
}
