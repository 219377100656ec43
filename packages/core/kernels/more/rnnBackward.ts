// Simple RNN backward: dz = dh∘activation′(h), dh₋ = dz·Uᵀ, step by step against the forward pass's order.
// At a masked step dz is 0 and dh passes. Split by rows. Weight gradients are `weightGradient` over dz.
import { TANH, ones, slope } from '../activations'
import { ROW, ZEROS, clearRows, copyRows, panelsOf, rowBlocks } from '../layout'
import { fillHeld, maskAt, passHeld } from '../hold'
import { productsOnly } from '../parts'
import { PAIR, high, low, put } from '../vectors'
import { contract } from './base'
import { Backward } from '../recurrent'

/** Descriptor: Backward, then these. */
@unmanaged
export class RnnBackward extends Backward {
  /** h [B, T, H], kept by the forward pass with a ring of T. */
  hs: usize
  hsPanel: usize
  hsStep: usize
}

export function rnnBackward(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<RnnBackward>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows. */
function sequence(o: RnnBackward, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const cells = productsOnly ? 0 : blocks
  const dh = o.dh + offset
  if (!o.dhLast) clearRows(dh, o.dhPanel, rows, blocks)
  else if (o.dhLast != o.dh) copyRows(dh, o.dhPanel, o.dhLast + offset, o.dhLastPanel, rows, blocks)
  for (let step = steps - 1; step >= 0; step--) {
    const t = o.reverse ? steps - 1 - step : step
    for (let block = 0; block < cells; block++) {
      if (o.activation == TANH) tanhCell(o, t, block, offset, rows)
      else anyCell(o, t, block, offset, rows)
    }
    const dz = o.dz + <usize>t * o.dzStep + offset
    const mask = maskAt(o.mask, o.maskStep, t, from)
    if (mask) {
      fillHeld(mask, rows, dz, o.dzPanel, blocks, 0)
      const dhs = o.dhs ? o.dhs + <usize>t * o.dhsStep + offset : 0
      passHeld(mask, rows, dh, o.dhPanel, dhs, o.dhsPanel, blocks)
    }
    if (step > 0 || o.initial) {
      contract(
        dh, o.dhPanel, mask ? dh : ZEROS, mask ? o.dhPanel : 0, mask ? ROW : 0,
        dz, o.dzPanel, o.units, 1, o.transposed, o.transposedPanel, rows, blocks,
      )
    }
  }
}

/** `cell` with a constant for the activation: without branches between its stores, pairs can be merged. */
function tanhCell(o: RnnBackward, t: i32, block: i32, offset: usize, rows: i32): void {
  cell<bool>(o, TANH, t, block, offset, rows)
}

function anyCell(o: RnnBackward, t: i32, block: i32, offset: usize, rows: i32): void {
  cell<i32>(o, o.activation, t, block, offset, rows)
}

/** One step of a block of 16 units. */
@inline
function cell<U>(o: RnnBackward, activation: i32, t: i32, block: i32, offset: usize, rows: i32): void {
  const one = ones()
  let h = o.hs + <usize>block * o.hsPanel + <usize>t * o.hsStep + offset
  let dz = o.dz + <usize>block * o.dzPanel + <usize>t * o.dzStep + offset
  let dh = o.dh + <usize>block * o.dhPanel + offset
  let dhs = o.dhs ? o.dhs + <usize>block * o.dhsPanel + <usize>t * o.dhsStep + offset : ZEROS
  const dhsStride = o.dhs ? PAIR : 0
  for (const end = h + <usize>rows * ROW; h < end; h += PAIR) {
    put(
      dz,
      f32x4.mul(f32x4.add(low(dh), low(dhs)), slope<U>(activation, low(h), one)),
      f32x4.mul(f32x4.add(high(dh), high(dhs)), slope<U>(activation, high(h), one)),
    )
    dz += PAIR
    dh += PAIR
    dhs += dhsStride
  }
}
