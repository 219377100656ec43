// LSTM backward: from the gradient of h to that of z, step by step against the order of the forward pass.
//   dh += dz₊·Uᵀ                    dc += dh∘o∘activation′(c)
//   dz_o = dh∘activation(c)∘o′      dz_i = dc∘g∘i′     dz_c = dc∘i∘g′     dz_f = dc∘c₋∘f′     dc₋ = dc∘f
// At a masked step dz is 0, and dh and dc pass: for dc, the gates that the forward pass left there see to it.
// ′ is a gate's slope, from its value. Split by rows. Weight gradients are `weightGradient` over dz.
import { SIGMOID, TANH, ones, slope } from './activations'
import { madd } from './arithmetic'
import { contract } from './gemm'
import { ROW, ZEROS, clearRows, copyRows, panelsOf, rowBlocks } from './layout'
import { fillHeld, maskAt, passHeld } from './hold'
import { productsOnly } from './parts'
import { PAIR, high, low, put } from './vectors'
import { Backward } from './recurrent'

const GATES: i32 = 4

/** Descriptor: Backward, then these. */
@unmanaged
export class LstmBackward extends Backward {
  recurrentActivation: i32
  /** What the forward pass kept, with rings of T: gates, activated, [B, T, 4H], c and activation(c) [B, T, H]. */
  gates: usize
  gatesPanel: usize
  gatesStep: usize
  cs: usize
  csPanel: usize
  csStep: usize
  activated: usize
  activatedPanel: usize
  activatedStep: usize
  /** c before the first step [B, H], or 0. */
  c0: usize
  c0Panel: usize
  /** Gradient of the last c [B, H], or 0. */
  dcLast: usize
  dcLastPanel: usize
  /** Carried gradient of c [B, H]: scratch that ends as the gradient of c0; may be dcLast. */
  dc: usize
  dcPanel: usize
}

export function lstmBackward(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<LstmBackward>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows. */
function sequence(o: LstmBackward, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const cells = productsOnly ? 0 : blocks
  const dh = o.dh + offset
  const dc = o.dc + offset
  begin(dh, o.dhPanel, o.dhLast, o.dhLastPanel, offset, rows, blocks)
  begin(dc, o.dcPanel, o.dcLast, o.dcLastPanel, offset, rows, blocks)
  const usual = o.activation == TANH && o.recurrentActivation == SIGMOID
  for (let step = steps - 1; step >= 0; step--) {
    const t = o.reverse ? steps - 1 - step : step
    const dz = o.dz + <usize>t * o.dzStep + offset
    for (let block = 0; block < cells; block++) {
      if (usual) usualCell(o, t, step == 0, block, offset, rows)
      else anyCell(o, t, step == 0, block, offset, rows)
    }
    const mask = maskAt(o.mask, o.maskStep, t, from)
    if (mask) {
      fillHeld(mask, rows, dz, o.dzPanel, blocks * GATES, 0)
      const dhs = o.dhs ? o.dhs + <usize>t * o.dhsStep + offset : 0
      passHeld(mask, rows, dh, o.dhPanel, dhs, o.dhsPanel, blocks)
    }
    if (step > 0 || o.initial) {
      contract(
        dh, o.dhPanel, mask ? dh : ZEROS, mask ? o.dhPanel : 0, mask ? ROW : 0,
        dz, o.dzPanel, o.units, GATES, o.transposed, o.transposedPanel, rows, blocks,
      )
    }
  }
}

/** carried = the gradient that comes from behind the last step, or zeros. */
function begin(
  carried: usize, carriedPanel: usize, last: usize, lastPanel: usize, offset: usize, rows: i32, panels: i32,
): void {
  if (!last) clearRows(carried, carriedPanel, rows, panels)
  else if (last + offset != carried) copyRows(carried, carriedPanel, last + offset, lastPanel, rows, panels)
}

/** `cell` with constants for activations: without branches between its stores, pairs can be merged. */
function usualCell(o: LstmBackward, t: i32, first: bool, block: i32, offset: usize, rows: i32): void {
  cell<bool>(o, TANH, SIGMOID, t, first, block, offset, rows)
}

function anyCell(o: LstmBackward, t: i32, first: bool, block: i32, offset: usize, rows: i32): void {
  cell<i32>(o, o.activation, o.recurrentActivation, t, first, block, offset, rows)
}

/** One step of a block of 16 units. */
@inline
function cell<U>(
  o: LstmBackward, activation: i32, recurrentActivation: i32,
  t: i32, first: bool, block: i32, offset: usize, rows: i32,
): void {
  const panel = <usize>block * GATES
  const gatesPanel = o.gatesPanel
  const dzPanel = o.dzPanel
  const dzRewind = PAIR - 3 * dzPanel
  const csPanel = <usize>block * o.csPanel
  let i = o.gates + panel * gatesPanel + <usize>t * o.gatesStep + offset
  let dz = o.dz + panel * dzPanel + <usize>t * o.dzStep + offset
  let activated = o.activated + <usize>block * o.activatedPanel + <usize>t * o.activatedStep + offset
  let dh = o.dh + <usize>block * o.dhPanel + offset
  let dc = o.dc + <usize>block * o.dcPanel + offset
  // Absent operands are read from the row of zeros with strides of 0.
  let before = ZEROS
  let beforeStride: usize = 0
  if (!first) {
    before = o.cs + csPanel + <usize>(o.reverse ? t + 1 : t - 1) * o.csStep + offset
    beforeStride = PAIR
  } else if (o.c0) {
    before = o.c0 + <usize>block * o.c0Panel + offset
    beforeStride = PAIR
  }
  let dhs = ZEROS
  let dhsStride: usize = 0
  if (o.dhs) {
    dhs = o.dhs + <usize>block * o.dhsPanel + <usize>t * o.dhsStep + offset
    dhsStride = PAIR
  }
  const one = ones()
  for (const end = i + <usize>rows * ROW; i < end; i += PAIR) {
    const f = i + gatesPanel
    const g = f + gatesPanel
    const output = g + gatesPanel
    const i0 = low(i)
    const i1 = high(i)
    const f0 = low(f)
    const f1 = high(f)
    const g0 = low(g)
    const g1 = high(g)
    const o0 = low(output)
    const o1 = high(output)
    const a0 = low(activated)
    const a1 = high(activated)
    const before0 = low(before)
    const before1 = high(before)
    const dh0 = f32x4.add(low(dh), low(dhs))
    const dh1 = f32x4.add(high(dh), high(dhs))
    const dc0 = madd(f32x4.mul(dh0, o0), slope<U>(activation, a0, one), low(dc))
    const dc1 = madd(f32x4.mul(dh1, o1), slope<U>(activation, a1, one), high(dc))
    put(dc, f32x4.mul(dc0, f0), f32x4.mul(dc1, f1))
    put(dz, gradient<U>(recurrentActivation, dc0, g0, i0, one), gradient<U>(recurrentActivation, dc1, g1, i1, one))
    dz += dzPanel
    put(
      dz,
      gradient<U>(recurrentActivation, dc0, before0, f0, one),
      gradient<U>(recurrentActivation, dc1, before1, f1, one),
    )
    dz += dzPanel
    put(dz, gradient<U>(activation, dc0, i0, g0, one), gradient<U>(activation, dc1, i1, g1, one))
    dz += dzPanel
    put(dz, gradient<U>(recurrentActivation, dh0, a0, o0, one), gradient<U>(recurrentActivation, dh1, a1, o1, one))
    dz += dzRewind
    activated += PAIR
    dh += PAIR
    dc += PAIR
    before += beforeStride
    dhs += dhsStride
  }
}

/** d·factor·activation′ for a gate of value y. */
@inline
function gradient<U>(code: i32, d: v128, factor: v128, y: v128, one: v128): v128 {
  return f32x4.mul(f32x4.mul(d, factor), slope<U>(code, y, one))
}
