import { ACTIVATIONS } from './activations.ts'
import type { Meaning, Op } from './op.ts'
import { addProduct, type GruAttributes, isHeld, processingOrder, stateRow } from './recurrent.ts'
import { columns } from './shapes.ts'

/**
 * Back through a GRU, from the last step processed to the first. With dh the gradient reaching h_t (from outside and
 * from step t+1), q = h_{t−1}·U_h + b′_h, gate blocks z r h, dz the gradient of the input projection x·W + b and
 * dRecurrent that of the recurrent projection h_{t−1}·U + b′:
 *
 *   dz_z = dh ⊙ (h_{t−1} − ĥ) ⊙ σ′    dz_h = dh ⊙ (1 − z) ⊙ φ′
 *   resetAfter:  dz_r = dz_h ⊙ q ⊙ σ′    dRecurrent = (dz_z, dz_r, dz_h ⊙ r)    dh ← dh ⊙ z + dRecurrent·Uᵀ
 *   otherwise:   ds = dz_h·U_hᵀ    dz_r = ds ⊙ h_{t−1} ⊙ σ′    dh ← dh ⊙ z + ds ⊙ r + (dz_z, dz_r)·(U_z, U_r)ᵀ
 *
 * At a masked step dz and dRecurrent are 0, and dh passes. `dResetState` [B, H] (without resetAfter) holds ds of the step in work.
 */
export const gruBackward: Op<
  'dh' | 'dhLast' | 'recurrentKernelTransposed' | 'gates' | 'h' | 'h0' | 'recurrentCandidate' | 'mask',
  'dz' | 'dRecurrent' | 'dh0' | 'dResetState',
  GruAttributes
> = {
  name: 'gruBackward',
  inputs: ['dh', 'dhLast', 'recurrentKernelTransposed', 'gates', 'h', 'h0', 'recurrentCandidate', 'mask'],
  optional: ['dh', 'dhLast', 'h0', 'recurrentCandidate', 'mask'],
  outputs: ['dz', 'dRecurrent', 'dh0', 'dResetState'],
  split: 'rows',
  rolling: { dh0: 1, dResetState: 1 },
  inPlace: { dz: 'gates' },

  infer({ gates, h, recurrentCandidate }, { resetAfter }) {
    if (resetAfter && !recurrentCandidate)
      throw new Error("operation 'gruBackward' with resetAfter needs 'recurrentCandidate'")
    const state = { shape: [h.shape[0], columns(h)], dtype: 'float32' } as const
    const projection = { shape: gates.shape, dtype: 'float32', gates: 3 } as const
    return {
      dz: projection,
      dh0: state,
      ...(resetAfter ? { dRecurrent: projection } : { dResetState: state }),
    }
  },
}

export const evaluateGruBackward: Meaning<typeof gruBackward> = (
  inputs,
  { dz, dRecurrent, dh0, dResetState },
  { activation, recurrentActivation, reverse, resetAfter },
) => {
  const { dh: dhs, dhLast, recurrentKernelTransposed: transposed, gates, h, h0, recurrentCandidate } = inputs
  const { mask } = inputs
  const [B, T, H] = h.shape
  const σ = ACTIVATIONS[recurrentActivation].slope
  const φ = ACTIVATIONS[activation].slope
  const rows = (from: number) => ({
    shape: [transposed.shape[0] - from, H],
    data: transposed.data.subarray(from * H),
  })
  const candidateRows = rows(2 * H)
  const gateRows = { shape: [2 * H, H], data: transposed.data }
  const order = processingOrder(T, reverse)
  for (let b = 0; b < B; b++) {
    let dh = stateRow(dhLast, b, H)
    for (let step = T - 1; step >= 0; step--) {
      const at = (b * T + order[step]) * H
      const before = (b * T + order[step - 1]) * H
      const [z, r, candidate] = [0, 1, 2].map((gate) =>
        gates.data.slice(at * 3 + gate * H, at * 3 + (gate + 1) * H),
      )
      const previous = step > 0 ? h.data.subarray(before, before + H) : stateRow(h0, b, H)
      const d = dz.data.subarray(at * 3, (at + H) * 3)
      const carried = new Float64Array(H)
      for (let u = 0; u < H; u++) {
        if (dhs) dh[u] += dhs.data[at + u]
        carried[u] = dh[u]
        if (isHeld(mask, b, order[step])) continue
        d[u] = dh[u] * (previous[u] - candidate[u]) * σ(z[u])
        d[2 * H + u] = dh[u] * (1 - z[u]) * φ(candidate[u])
        carried[u] = dh[u] * z[u]
      }
      if (resetAfter) {
        const recurrent = dRecurrent.data.subarray(at * 3, (at + H) * 3)
        for (let u = 0; u < H; u++) {
          d[H + u] = d[2 * H + u] * recurrentCandidate.data[at + u] * σ(r[u])
          recurrent[u] = d[u]
          recurrent[H + u] = d[H + u]
          recurrent[2 * H + u] = d[2 * H + u] * r[u]
        }
        addProduct(carried, recurrent, 0, transposed)
      } else {
        const ds = new Float64Array(H)
        addProduct(ds, d, 2 * H, candidateRows)
        for (let u = 0; u < H; u++) {
          d[H + u] = ds[u] * previous[u] * σ(r[u])
          carried[u] += ds[u] * r[u]
        }
        addProduct(carried, d, 0, gateRows)
        dResetState.data.set(ds, b * H)
      }
      dh = carried
    }
    dh0.data.set(dh, b * H)
  }
}

/**
 * Gradient of a GRU's recurrent kernel without resetAfter, whose z and r columns met h_{t−1} and whose candidate
 * columns met r ⊙ h_{t−1}: summed over steps ascending, then rows ascending, as in `weightGradient`.
 * h, resetState [B, T, H], dz [B, T, 3H], h0 [B, H] → dKernel [H, 3H].
 */
export const gruRecurrentGradient: Op<
  'h' | 'resetState' | 'dz' | 'h0',
  'dKernel',
  { readonly reverse: boolean }
> = {
  name: 'gruRecurrentGradient',
  inputs: ['h', 'resetState', 'dz', 'h0'],
  optional: ['h0'],
  outputs: ['dKernel'],
  split: 'panels',

  infer({ h, dz }) {
    return { dKernel: { shape: [columns(h), columns(dz)], dtype: 'float32', gates: 3 } }
  },
}

export const evaluateGruRecurrentGradient: Meaning<typeof gruRecurrentGradient> = (
  { h, resetState, dz, h0 },
  { dKernel },
  { reverse },
) => {
  const [B, T, H] = h.shape
  for (let t = 0; t < T; t++) {
    const source = reverse ? t + 1 : t - 1
    const inside = source >= 0 && source < T
    const previous = inside ? h : h0
    for (let b = 0; b < B; b++) {
      const at = inside ? (b * T + source) * H : b * H
      for (let n = 0; n < 3 * H; n++) {
        const d = dz.data[(b * T + t) * 3 * H + n]
        for (let k = 0; k < H; k++) {
          const met = n >= 2 * H ? resetState.data[(b * T + t) * H + k] : previous ? previous.data[at + k] : 0
          dKernel.data[k * 3 * H + n] += met * d
        }
      }
    }
  }
}
