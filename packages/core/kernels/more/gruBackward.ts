// GRU backward: from the gradient of h to that of the projections, step by step against the forward pass's order.
//   dz = dh∘(h₋ − n)∘z′    dn = dh∘(1 − z)∘n′    dh₋ = dh∘z + …
//   resetAfter: dr = dn∘q∘r′                       dh₋ += (dz, dr, dn∘r)·Uᵀ
//   otherwise:  ds = dn·U_nᵀ    dr = ds∘h₋∘r′      dh₋ += ds∘r + (dz, dr)·(U_z, U_r)ᵀ
// At a masked step (dz, dr, dn) is 0, and dh passes, as the forward pass left z = 1 there.
// ′ is a gate's slope, from its value. (dz, dr, dn) is the gradient of x·W + bias; with resetAfter,
// (dz, dr, dn∘r) that of h₋·U + recurrentBias. Split by rows.
import { SIGMOID, TANH, ones, slope } from '../activations'
import { madd } from '../arithmetic'
import { ROW, ZEROS, clearRows, copyRows, panelsOf, rowBlocks } from '../layout'
import { fillHeld, maskAt } from '../hold'
import { productsOnly } from '../parts'
import { PAIR, high, low, put } from '../vectors'
import { contract, panelGradient, stepsTogether } from './base'
import { contractSome } from './contractSome'
import { Backward } from '../recurrent'

const GATES: i32 = 3

/** Descriptor: Backward, then these. */
@unmanaged
export class GruBackward extends Backward {
  recurrentActivation: i32
  resetAfter: i32
  /** What the forward pass kept, with rings of T: activated gates [B, T, 3H], h [B, T, H]. */
  gates: usize
  gatesPanel: usize
  gatesStep: usize
  hs: usize
  hsPanel: usize
  hsStep: usize
  /** q [B, T, H] with resetAfter; unused otherwise. */
  kept: usize
  keptPanel: usize
  keptStep: usize
  /** h before the first step [B, H], or 0. */
  h0: usize
  h0Panel: usize
  /** Gradient of h₋·U + recurrentBias [B, T, 3H] with resetAfter; unused otherwise. */
  dRecurrent: usize
  dRecurrentPanel: usize
  dRecurrentStep: usize
  /** Scratch ds [B, H] without resetAfter; unused otherwise. */
  ds: usize
  dsPanel: usize
}

export function gruBackward(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<GruBackward>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows. */
function sequence(o: GruBackward, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const units = o.units
  const blocks = panelsOf(units)
  const cells = productsOnly ? 0 : blocks
  const dh = o.dh + offset
  const dhPanel = o.dhPanel
  const transposed = o.transposed
  const transposedPanel = o.transposedPanel
  if (!o.dhLast) clearRows(dh, dhPanel, rows, blocks)
  else if (o.dhLast != o.dh) copyRows(dh, dhPanel, o.dhLast + offset, o.dhLastPanel, rows, blocks)
  const usual = o.activation == TANH && o.recurrentActivation == SIGMOID
  for (let step = steps - 1; step >= 0; step--) {
    const t = o.reverse ? steps - 1 - step : step
    const last = step == 0 && !o.initial
    for (let block = 0; block < cells; block++) {
      if (usual) usualCell(o, t, step == 0, block, offset, rows)
      else anyCell(o, t, step == 0, block, offset, rows)
    }
    const dz = o.dz + <usize>t * o.dzStep + offset
    const dRecurrent = o.dRecurrent + <usize>t * o.dRecurrentStep + offset
    const mask = maskAt(o.mask, o.maskStep, t, from)
    if (mask) {
      fillHeld(mask, rows, dz, o.dzPanel, blocks * GATES, 0)
      if (o.resetAfter) fillHeld(mask, rows, dRecurrent, o.dRecurrentPanel, blocks * GATES, 0)
    }
    if (o.resetAfter) {
      if (!last) {
        contract(
          dh, dhPanel, dh, dhPanel, ROW,
          dRecurrent, o.dRecurrentPanel, units, GATES, transposed, transposedPanel, rows, blocks,
        )
      }
      continue
    }
    const ds = o.ds + offset
    clearRows(ds, o.dsPanel, rows, blocks)
    contractSome(ds, o.dsPanel, dz, o.dzPanel, units, GATES, 2, 1, transposed, transposedPanel, rows, blocks)
    for (let block = 0; block < cells; block++) reset(o, t, step == 0, block, offset, rows)
    if (!last) {
      contractSome(dh, dhPanel, dz, o.dzPanel, units, GATES, 0, 2, transposed, transposedPanel, rows, blocks)
    }
  }
}

/** Address of h₋ of a block at step t; the row of zeros where there is none. */
@inline
function before(o: GruBackward, t: i32, first: bool, block: i32, offset: usize): usize {
  if (!first) return o.hs + <usize>block * o.hsPanel + <usize>(o.reverse ? t + 1 : t - 1) * o.hsStep + offset
  return o.h0 ? o.h0 + <usize>block * o.h0Panel + offset : ZEROS
}

/** `cell` with constants for activations: without branches between its stores, pairs can be merged. */
function usualCell(o: GruBackward, t: i32, first: bool, block: i32, offset: usize, rows: i32): void {
  cell<bool>(o, TANH, SIGMOID, t, first, block, offset, rows)
}

function anyCell(o: GruBackward, t: i32, first: bool, block: i32, offset: usize, rows: i32): void {
  cell<i32>(o, o.activation, o.recurrentActivation, t, first, block, offset, rows)
}

/** One step of a block of 16 units, but for dr without resetAfter. */
@inline
function cell<U>(
  o: GruBackward, activation: i32, recurrentActivation: i32,
  t: i32, first: bool, block: i32, offset: usize, rows: i32,
): void {
  const one = ones()
  const panel = <usize>block * GATES
  const gatesPanel = o.gatesPanel
  const dzPanel = o.dzPanel
  const dRecurrentPanel = o.dRecurrentPanel
  const resetAfter = o.resetAfter
  let z = o.gates + panel * gatesPanel + <usize>t * o.gatesStep + offset
  let dz = o.dz + panel * dzPanel + <usize>t * o.dzStep + offset
  let dRecurrent = o.dRecurrent + panel * dRecurrentPanel + <usize>t * o.dRecurrentStep + offset
  let kept = o.kept + <usize>block * o.keptPanel + <usize>t * o.keptStep + offset
  let dh = o.dh + <usize>block * o.dhPanel + offset
  let h = before(o, t, first, block, offset)
  const hStride = h == ZEROS ? 0 : PAIR
  let dhs = o.dhs ? o.dhs + <usize>block * o.dhsPanel + <usize>t * o.dhsStep + offset : ZEROS
  const dhsStride = o.dhs ? PAIR : 0
  for (const end = z + <usize>rows * ROW; z < end; z += PAIR) {
    const r = z + gatesPanel
    const n = r + gatesPanel
    const dh0 = f32x4.add(low(dh), low(dhs))
    const dh1 = f32x4.add(high(dh), high(dhs))
    const z0 = low(z)
    const z1 = high(z)
    const n0 = low(n)
    const n1 = high(n)
    const r0 = low(r)
    const r1 = high(r)
    const dz0 = f32x4.mul(f32x4.mul(dh0, f32x4.sub(low(h), n0)), slope<U>(recurrentActivation, z0, one))
    const dz1 = f32x4.mul(f32x4.mul(dh1, f32x4.sub(high(h), n1)), slope<U>(recurrentActivation, z1, one))
    const dn0 = f32x4.mul(f32x4.mul(dh0, f32x4.sub(one, z0)), slope<U>(activation, n0, one))
    const dn1 = f32x4.mul(f32x4.mul(dh1, f32x4.sub(one, z1)), slope<U>(activation, n1, one))
    put(dh, f32x4.mul(dh0, z0), f32x4.mul(dh1, z1))
    put(dz, dz0, dz1)
    put(dz + 2 * dzPanel, dn0, dn1)
    if (resetAfter) {
      const dr0 = f32x4.mul(f32x4.mul(dn0, low(kept)), slope<U>(recurrentActivation, r0, one))
      const dr1 = f32x4.mul(f32x4.mul(dn1, high(kept)), slope<U>(recurrentActivation, r1, one))
      put(dz + dzPanel, dr0, dr1)
      put(dRecurrent, dz0, dz1)
      put(dRecurrent + dRecurrentPanel, dr0, dr1)
      put(dRecurrent + 2 * dRecurrentPanel, f32x4.mul(dn0, r0), f32x4.mul(dn1, r1))
      dRecurrent += PAIR
      kept += PAIR
    }
    dz += PAIR
    dh += PAIR
    h += hStride
    dhs += dhsStride
  }
}

/** Without resetAfter: dr, and ds∘r to dh, of a block of 16 units. */
function reset(o: GruBackward, t: i32, first: bool, block: i32, offset: usize, rows: i32): void {
  const panel = <usize>block * GATES + 1
  const recurrentActivation = o.recurrentActivation
  const one = ones()
  let r = o.gates + panel * o.gatesPanel + <usize>t * o.gatesStep + offset
  let dr = o.dz + panel * o.dzPanel + <usize>t * o.dzStep + offset
  let ds = o.ds + <usize>block * o.dsPanel + offset
  let dh = o.dh + <usize>block * o.dhPanel + offset
  let h = before(o, t, first, block, offset)
  const hStride = h == ZEROS ? 0 : PAIR
  for (const end = r + <usize>rows * ROW; r < end; r += PAIR) {
    const ds0 = low(ds)
    const ds1 = high(ds)
    const r0 = low(r)
    const r1 = high(r)
    const dr0 = f32x4.mul(f32x4.mul(ds0, low(h)), slope<i32>(recurrentActivation, r0, one))
    const dr1 = f32x4.mul(f32x4.mul(ds1, high(h)), slope<i32>(recurrentActivation, r1, one))
    put(dh, madd(ds0, r0, low(dh)), madd(ds1, r1, high(dh)))
    put(dr, dr0, dr1)
    dr += PAIR
    ds += PAIR
    dh += PAIR
    h += hStride
  }
}

/** Gradient of U without resetAfter: z and r met h₋, the candidate met s = r∘h₋ of the same step. */
@unmanaged
export class GruRecurrentGradient {
  /** Addresses of the numbers of steps and rows. */
  steps: usize
  rows: usize
  reverse: i32
  units: i32
  /** h [B, T, H] and h before the first step [B, H], or 0. */
  hs: usize
  hsPanel: usize
  hsStep: usize
  h0: usize
  h0Panel: usize
  /** s [B, T, H], kept by the forward pass. */
  kept: usize
  keptPanel: usize
  keptStep: usize
  /** (dz, dr, dn) [B, T, 3H]. */
  dz: usize
  dzPanel: usize
  dzStep: usize
  /** dU [H, 3H]. */
  dKernel: usize
  dKernelPanel: usize
}

/** Split by dU's panels. */
export function gruRecurrentGradient(d: usize, from: i32, to: i32): void {
  const o = changetype<GruRecurrentGradient>(d)
  const steps = load<i32>(o.steps)
  const rows = load<i32>(o.rows)
  const units = o.units
  const dzStep = o.dzStep
  const together = stepsTogether(units, rows)
  for (let first = 0; first < steps; first += together) {
    const last = min(first + together, steps)
    for (let panel = from; panel < to; panel++) {
      const dz = o.dz + panel * o.dzPanel
      const dKernel = o.dKernel + panel * o.dKernelPanel
      if (panel % GATES == 2) {
        panelGradient(
          first, last, steps, rows, 0, 0,
          o.kept, o.keptPanel, o.keptStep, 0, 0, units, dz, dzStep, dKernel,
        )
      } else {
        panelGradient(
          first, last, steps, rows, 1, o.reverse,
          o.hs, o.hsPanel, o.hsStep, o.h0, o.h0Panel, units, dz, dzStep, dKernel,
        )
      }
    }
  }
}
