import { ACTIVATIONS } from './activations.ts'
import { projectionGradient } from './dense.ts'
import type { Meaning, Op } from './op.ts'
import { addProduct, isHeld, processingOrder, type RnnAttributes, stateRow } from './recurrent.ts'
import { columns, matrixRows } from './shapes.ts'
import { transpose } from './transpose.ts'
import { weightGradient } from './weightGradient.ts'

// The simple recurrent network of Elman 1990, as Keras has it.
// B batch, T time steps, I input features, H units.
//
//   h_t = φ(x_t·W + b + h_{t−1}·U)              W [I, H], U [H, H], b [H]
//   h_t = h_{t−1} at a masked step

/**
 * A sequence through a simple RNN. x [B, T, I], h0 [B, H] (zero if absent), mask int32 [B, T] (0 where a step is masked) →
 * h at every step, the last h processed.
 */
export const rnn: Op<
  'x' | 'kernel' | 'recurrentKernel' | 'bias' | 'h0' | 'mask',
  'h' | 'hLast',
  RnnAttributes
> = {
  name: 'rnn',
  inputs: ['x', 'kernel', 'recurrentKernel', 'bias', 'h0', 'mask'],
  optional: ['bias', 'h0', 'mask'],
  outputs: ['h', 'hLast'],
  split: 'rows',
  rolling: { h: 2 },

  infer({ x, kernel, recurrentKernel }) {
    matrixRows('rnn', x, kernel)
    const H = columns(recurrentKernel)
    const [B, T] = x.shape
    return { h: { shape: [B, T, H], dtype: 'float32' }, hLast: { shape: [B, H], dtype: 'float32' } }
  },

  gradient(context) {
    const { inputs, outputs, attributes, outputGradients, needs, emit } = context
    const { recurrentKernel, h0, mask } = inputs
    const { dz, dh0 } = emit(
      rnnBackward,
      {
        dh: outputGradients.h,
        dhLast: outputGradients.hLast,
        recurrentKernelTransposed: emit(transpose, { x: recurrentKernel }, {}).y,
        h: outputs.h,
        mask,
      },
      attributes,
    )
    const projection = projectionGradient(context, dz)
    const recurrent = needs('recurrentKernel')
      ? emit(weightGradient, { x: outputs.h, dy: dz, initial: h0 }, { shift: 1, reverse: attributes.reverse })
      : null
    return {
      ...projection,
      recurrentKernel: recurrent?.dKernel,
      h0: dh0,
    }
  },
}

export const evaluateRnn: Meaning<typeof rnn> = (
  { x, kernel, recurrentKernel, bias, h0, mask },
  out,
  { activation, reverse },
) => {
  const [B, T, I] = x.shape
  const H = out.hLast.shape[1]
  const φ = ACTIVATIONS[activation].value
  for (let b = 0; b < B; b++) {
    let h = stateRow(h0, b, H)
    for (const t of processingOrder(T, reverse)) {
      const z = bias ? bias.data.slice() : new Float64Array(H)
      addProduct(z, x.data, (b * T + t) * I, kernel)
      addProduct(z, h, 0, recurrentKernel)
      if (!isHeld(mask, b, t)) h = z.map(φ)
      out.h.data.set(h, (b * T + t) * H)
    }
    out.hLast.data.set(h, b * H)
  }
}

/**
 * Back through a simple RNN, from the last step processed to the first. With dh the gradient reaching h_t (from outside
 * and from step t+1):  dz = dh ⊙ φ′(h_t),  dh ← dz·Uᵀ. At a masked step dz = 0 and dh passes.
 */
export const rnnBackward: Op<
  'dh' | 'dhLast' | 'recurrentKernelTransposed' | 'h' | 'mask',
  'dz' | 'dh0',
  RnnAttributes
> = {
  name: 'rnnBackward',
  inputs: ['dh', 'dhLast', 'recurrentKernelTransposed', 'h', 'mask'],
  optional: ['dh', 'dhLast', 'mask'],
  outputs: ['dz', 'dh0'],
  split: 'rows',
  rolling: { dh0: 1 },

  infer({ h }) {
    const state = { shape: [h.shape[0], columns(h)], dtype: 'float32' } as const
    return { dz: { shape: h.shape, dtype: 'float32' }, dh0: state }
  },
}

export const evaluateRnnBackward: Meaning<typeof rnnBackward> = (
  { dh: dhs, dhLast, recurrentKernelTransposed: transposed, h, mask },
  { dz, dh0 },
  { activation, reverse },
) => {
  const [B, T, H] = h.shape
  const φ = ACTIVATIONS[activation].slope
  for (let b = 0; b < B; b++) {
    let dh = stateRow(dhLast, b, H)
    for (const t of processingOrder(T, !reverse)) {
      const at = (b * T + t) * H
      if (dhs) for (let u = 0; u < H; u++) dh[u] += dhs.data[at + u]
      if (isHeld(mask, b, t)) continue
      for (let u = 0; u < H; u++) dz.data[at + u] = dh[u] * φ(h.data[at + u])
      dh = new Float64Array(H)
      addProduct(dh, dz.data, at, transposed)
    }
    dh0.data.set(dh, b * H)
  }
}
