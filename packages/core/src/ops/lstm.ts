import { ACTIVATIONS } from './activations.ts'
import { projectionGradient } from './dense.ts'
import type { Meaning, Op } from './op.ts'
import { addProduct, isHeld, type LstmAttributes, processingOrder, stateRow } from './recurrent.ts'
import { columns, matrixRows } from './shapes.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

// The LSTM of Hochreiter & Schmidhuber 1997 with the forget gate of Gers, Schmidhuber & Cummins 2000, as Keras has it.
// B batch, T time steps, I input features, H units; gate blocks in the order i f c o.
//
//   z = x_t·W + h_{t−1}·U + b              W [I, 4H], U [H, 4H], b [4H]
//   i = σ(z_i)   f = σ(z_f)   g = φ(z_c)   o = σ(z_o)
//   c_t = f ⊙ c_{t−1} + i ⊙ g              h_t = o ⊙ φ(c_t)
//
// At a masked step c_t = c_{t−1} and h_t = h_{t−1}: i, g and o count as 0 there and f as 1.

/**
 * A sequence through an LSTM. x [B, T, I], initial states h0, c0 [B, H] (zero if absent), mask int32 [B, T] (0 where
 * a step is masked) →
 * h, c, the activated gates (i f g o) and φ(c) at every step; the last h and c processed [B, H].
 */
export const lstm: Op<
  'x' | 'kernel' | 'recurrentKernel' | 'bias' | 'h0' | 'c0' | 'mask',
  'h' | 'hLast' | 'cLast' | 'c' | 'gates' | 'activatedC',
  LstmAttributes
> = {
  name: 'lstm',
  inputs: ['x', 'kernel', 'recurrentKernel', 'bias', 'h0', 'c0', 'mask'],
  optional: ['bias', 'h0', 'c0', 'mask'],
  outputs: ['h', 'hLast', 'cLast', 'c', 'gates', 'activatedC'],
  split: 'rows',
  rolling: { h: 2, c: 1, gates: 1 },

  infer({ x, kernel, recurrentKernel }) {
    matrixRows('lstm', x, kernel)
    const H = columns(recurrentKernel) / 4
    const [B, T] = x.shape
    const sequence = { shape: [B, T, H], dtype: 'float32' } as const
    const last = { shape: [B, H], dtype: 'float32' } as const
    const gates = { shape: [B, T, 4 * H], dtype: 'float32', gates: 4 } as const
    return { h: sequence, hLast: last, cLast: last, c: sequence, gates, activatedC: sequence }
  },

  gradient(context) {
    const { inputs, outputs, attributes, outputGradients, needs, emit } = context
    const { recurrentKernel, h0, c0, mask } = inputs
    const { reverse } = attributes
    const { dz, dh0, dc0 } = emit(
      lstmBackward,
      {
        dh: outputGradients.h,
        dhLast: outputGradients.hLast,
        dcLast: outputGradients.cLast,
        recurrentKernelTransposed: emit(transpose, { x: recurrentKernel }, {}).y,
        gates: outputs.gates,
        c: outputs.c,
        activatedC: outputs.activatedC,
        c0,
        mask,
      },
      attributes,
    )
    const projection = projectionGradient(context, dz)
    const recurrent = needs('recurrentKernel')
      ? emit(weightGradient, { x: outputs.h, dy: dz, initial: h0 }, { shift: 1, reverse })
      : null
    return {
      ...projection,
      recurrentKernel: recurrent?.dKernel,
      h0: dh0,
      c0: dc0,
    }
  },
}

export const evaluateLstm: Meaning<typeof lstm> = (
  { x, kernel, recurrentKernel, bias, h0, c0, mask },
  out,
  { activation, recurrentActivation, reverse },
) => {
  const [B, T, I] = x.shape
  const H = out.hLast.shape[1]
  const σ = ACTIVATIONS[recurrentActivation].value
  const φ = ACTIVATIONS[activation].value
  for (let b = 0; b < B; b++) {
    const h = stateRow(h0, b, H)
    const c = stateRow(c0, b, H)
    for (const t of processingOrder(T, reverse)) {
      const at = (b * T + t) * H
      const z = bias ? bias.data.slice() : new Float64Array(4 * H)
      addProduct(z, x.data, (b * T + t) * I, kernel)
      addProduct(z, h, 0, recurrentKernel)
      const held = isHeld(mask, b, t)
      for (let u = 0; u < H; u++) {
        const [i, f, g, o] = held ? [0, 1, 0, 0] : [σ(z[u]), σ(z[H + u]), φ(z[2 * H + u]), σ(z[3 * H + u])]
        c[u] = f * c[u] + i * g
        if (!held) h[u] = o * φ(c[u])
        for (const [gate, value] of [i, f, g, o].entries()) out.gates.data[at * 4 + gate * H + u] = value
        out.activatedC.data[at + u] = φ(c[u])
      }
      out.h.data.set(h, at)
      out.c.data.set(c, at)
    }
    out.hLast.data.set(h, b * H)
    out.cLast.data.set(c, b * H)
  }
}

/**
 * Back through an LSTM, from the last step processed to the first. With dh the gradient reaching h_t (from outside and
 * from step t+1) and dc the one carried along the cell:
 *
 *   dc += dh ⊙ o ⊙ φ′(c_t)
 *   dz_i = dc ⊙ g ⊙ σ′   dz_f = dc ⊙ c_{t−1} ⊙ σ′   dz_c = dc ⊙ i ⊙ φ′   dz_o = dh ⊙ φ(c_t) ⊙ σ′
 *   dc ← dc ⊙ f          dh ← dz·Uᵀ
 *
 * At a masked step dz = 0, and dh and dc pass.
 */
export const lstmBackward: Op<
  'dh' | 'dhLast' | 'dcLast' | 'recurrentKernelTransposed' | 'gates' | 'c' | 'activatedC' | 'c0' | 'mask',
  'dz' | 'dh0' | 'dc0',
  LstmAttributes
> = {
  name: 'lstmBackward',
  inputs: ['dh', 'dhLast', 'dcLast', 'recurrentKernelTransposed', 'gates', 'c', 'activatedC', 'c0', 'mask'],
  optional: ['dh', 'dhLast', 'dcLast', 'c0', 'mask'],
  outputs: ['dz', 'dh0', 'dc0'],
  split: 'rows',
  rolling: { dh0: 1, dc0: 1 },
  inPlace: { dz: 'gates' },

  infer({ gates, c }) {
    const state = { shape: [c.shape[0], columns(c)], dtype: 'float32' } as const
    return { dz: { shape: gates.shape, dtype: 'float32', gates: 4 }, dh0: state, dc0: state }
  },
}

export const evaluateLstmBackward: Meaning<typeof lstmBackward> = (
  inputs,
  { dz, dh0, dc0 },
  { activation, recurrentActivation, reverse },
) => {
  const { dh: dhs, dhLast, dcLast, recurrentKernelTransposed: transposed, gates, c, activatedC } = inputs
  const { c0, mask } = inputs
  const [B, T, H] = c.shape
  const σ = ACTIVATIONS[recurrentActivation].slope
  const φ = ACTIVATIONS[activation].slope
  const order = processingOrder(T, reverse)
  for (let b = 0; b < B; b++) {
    let dh = stateRow(dhLast, b, H)
    const dc = stateRow(dcLast, b, H)
    for (let step = T - 1; step >= 0; step--) {
      const at = (b * T + order[step]) * H
      const before = (b * T + order[step - 1]) * H
      const previous = step > 0 ? c.data.subarray(before, before + H) : stateRow(c0, b, H)
      const held = isHeld(mask, b, order[step])
      const d = dz.data.subarray(at * 4, (at + H) * 4)
      for (let u = 0; u < H; u++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates.data[at * 4 + gate * H + u])
        const a = activatedC.data[at + u]
        if (dhs) dh[u] += dhs.data[at + u]
        if (held) continue
        dc[u] += dh[u] * o * φ(a)
        d[u] = dc[u] * g * σ(i)
        d[H + u] = dc[u] * previous[u] * σ(f)
        d[2 * H + u] = dc[u] * i * φ(g)
        d[3 * H + u] = dh[u] * a * σ(o)
        dc[u] *= f
      }
      if (!held) dh = new Float64Array(H)
      addProduct(dh, d, 0, transposed)
    }
    dh0.data.set(dh, b * H)
    dc0.data.set(dc, b * H)
  }
}
