// GRU forward: B batch, T time, I input, H units, gates in the order z r n (n the candidate).
//   z r = recurrentActivation(bias + x·W + h₋·U + recurrentBias)
//   resetAfter: q = recurrentBias + h₋·U_n    n = activation(bias + x·W_n + r∘q)
//   otherwise:  s = r∘h₋                      n = activation(bias + x·W_n + s·U_n)
//   h = z∘h₋ + (1 − z)∘n, computed as n + z∘(h₋ − n)
// At a masked step z is 1, r and n are 0, and h = h₋.
// Split by rows: a call runs all steps of its rows.
import { madd } from '../arithmetic'
import { ROW, ZEROS, clearRows, copyRows, panelsOf, rowBlocks } from '../layout'
import { fillHeld, holdRows, maskAt } from '../hold'
import { productsOnly } from '../parts'
import { PAIR, high, low, multiplyPanels, put } from '../vectors'
import { activatePanels, contract, contractTwo } from './base'
import { Forward } from '../recurrent'

const GATES: i32 = 3

/** Rows × blocks of 16 units worked on together: one block of a full batch, but many of a single row. */
const GROUP: i32 = 32

/** Descriptor: Forward, then these. */
@unmanaged
export class Gru extends Forward {
  recurrentActivation: i32
  /** 1: the reset gate acts after the recurrent product; 0: before it. */
  resetAfter: i32
  /** Recurrent bias [3H], or 0; only with resetAfter. */
  recurrentBias: usize
  recurrentBiasPanel: usize
  /** Activated gates [B, T, 3H], in a ring as h; one of 1 will do. */
  gates: usize
  gatesPanel: usize
  gatesStep: usize
  gatesRing: i32
  /** Kept for the backward pass [B, T, H], likewise, but never absent: q with resetAfter, otherwise s. */
  kept: usize
  keptPanel: usize
  keptStep: usize
  keptRing: i32
}

export function gru(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<Gru>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows. */
function sequence(o: Gru, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const group = max(GROUP / rows, 1)
  const hoisted = rows == 1 && o.xStep == ROW && o.gatesStep == ROW && o.gatesRing >= steps
  if (hoisted) {
    const bias = o.bias ? o.bias : ZEROS
    contract(
      o.gates, o.gatesPanel, bias, o.bias ? o.biasPanel : 0, 0,
      o.x, o.xPanel, o.inputs, 1, o.kernel, o.kernelPanel, steps, blocks * GATES,
    )
  }
  let hBefore = o.h0 ? o.h0 + offset : 0
  let hBeforePanel = o.h0Panel
  for (let step = 0; step < steps; step++) {
    const t = o.reverse ? steps - 1 - step : step
    const x = o.x + <usize>t * o.xStep + offset
    const h = o.hs + <usize>(t % o.hsRing) * o.hsStep + offset
    const gates = o.gates + <usize>(t % o.gatesRing) * o.gatesStep + offset
    const kept = o.kept + <usize>(t % o.keptRing) * o.keptStep + offset
    for (let block = 0; block < blocks; block += group) {
      const count = min(group, blocks - block)
      for (let gate = 0; gate < GATES; gate++) {
        project(o, gates, gate, x, hoisted, hBefore, hBeforePanel, rows, block, count)
      }
      keep(o, gates, kept, hBefore, hBeforePanel, rows, block, count)
    }
    if (!o.resetAfter && hBefore) projectReset(o, gates, kept, rows, blocks)
    for (let block = 0; block < blocks && !productsOnly; block += group) {
      blend(o, gates, kept, hBefore, hBeforePanel, h, rows, block, min(group, blocks - block))
    }
    const mask = maskAt(o.mask, o.maskStep, t, from)
    if (mask) {
      fillHeld(mask, rows, gates, o.gatesPanel, blocks * GATES, 0)
      fillHeld(mask, rows, gates, GATES * o.gatesPanel, blocks, 1)
      holdRows(mask, rows, h, o.hsPanel, hBefore, hBeforePanel, blocks)
    }
    hBefore = h
    hBeforePanel = o.hsPanel
  }
  if (o.hLast) copyRows(o.hLast + offset, o.hLastPanel, hBefore, hBeforePanel, rows, blocks)
}

/** A gate of `count` blocks: bias + x·W (unless hoisted); for z and r + h₋·U + recurrentBias, activated. */
function project(
  o: Gru, gates: usize, gate: i32, x: usize, hoisted: bool,
  hBefore: usize, hBeforePanel: usize, rows: i32, block: i32, count: i32,
): void {
  const panel = <usize>(block * GATES + gate)
  const stride = GATES * o.gatesPanel
  const bytes = <usize>rows * ROW
  const isCandidate = gate == 2
  const z = gates + panel * o.gatesPanel
  let start = z
  let startPanel = stride
  if (!hoisted) {
    start = o.bias ? o.bias + panel * o.biasPanel : ZEROS
    startPanel = o.bias ? GATES * o.biasPanel : 0
  }
  contractTwo(
    z, stride, start, startPanel, hoisted ? ROW : 0,
    x, o.xPanel, hoisted ? 0 : o.inputs, o.kernel + panel * o.kernelPanel, GATES * o.kernelPanel,
    hBefore, hBeforePanel, hBefore && !isCandidate ? o.units : 0,
    o.recurrentKernel + panel * o.recurrentKernelPanel, GATES * o.recurrentKernelPanel,
    rows, count,
  )
  if (isCandidate || productsOnly) return
  if (o.recurrentBias) {
    const biasPanel = o.recurrentBiasPanel
    addBias(z, stride, o.recurrentBias + panel * biasPanel, GATES * biasPanel, bytes, count)
  }
  activatePanels(o.recurrentActivation, z, stride, z, stride, bytes, count)
}

/** q with resetAfter, otherwise s. */
function keep(
  o: Gru, gates: usize, kept: usize, hBefore: usize, hBeforePanel: usize, rows: i32, block: i32, count: i32,
): void {
  const candidate = <usize>(block * GATES + 2)
  const r = gates + (candidate - 1) * o.gatesPanel
  kept += block * o.keptPanel
  if (o.resetAfter) {
    const bias = o.recurrentBias ? o.recurrentBias + candidate * o.recurrentBiasPanel : ZEROS
    contract(
      kept, o.keptPanel, bias, o.recurrentBias ? GATES * o.recurrentBiasPanel : 0, 0,
      hBefore, hBeforePanel, hBefore ? o.units : 0, 1,
      o.recurrentKernel + candidate * o.recurrentKernelPanel, GATES * o.recurrentKernelPanel, rows, count,
    )
  } else if (productsOnly) {
    return
  } else if (hBefore) {
    multiplyPanels(
      kept, o.keptPanel, r, GATES * o.gatesPanel, hBefore + block * hBeforePanel, hBeforePanel, rows * ROW, count,
    )
  } else {
    clearRows(kept, o.keptPanel, rows, count)
  }
}

/** n += s·U_n, once s of all units is known. */
function projectReset(o: Gru, gates: usize, kept: usize, rows: i32, blocks: i32): void {
  const candidate = gates + 2 * o.gatesPanel
  const panel = GATES * o.gatesPanel
  contract(
    candidate, panel, candidate, panel, ROW,
    kept, o.keptPanel, o.units, 1,
    o.recurrentKernel + 2 * o.recurrentKernelPanel, GATES * o.recurrentKernelPanel, rows, blocks,
  )
}

/** The candidate, activated, and h, of `count` blocks of units. */
function blend(
  o: Gru, gates: usize, kept: usize, hBefore: usize, hBeforePanel: usize, h: usize,
  rows: i32, block: i32, count: i32,
): void {
  const bytes = <usize>rows * ROW
  const stride = GATES * o.gatesPanel
  let z = gates + block * stride
  let n = z + 2 * o.gatesPanel
  kept += block * o.keptPanel
  h += block * o.hsPanel
  if (o.resetAfter) multiplyAddPanels(n, stride, z + o.gatesPanel, stride, kept, o.keptPanel, bytes, count)
  activatePanels(o.activation, n, stride, n, stride, bytes, count)
  const beforeStride: usize = hBefore ? PAIR : 0
  let panel = hBefore ? hBefore + block * hBeforePanel : ZEROS
  for (; count > 0; count--) {
    let before = panel
    for (let at: usize = 0; at < bytes; at += PAIR) {
      const n0 = low(n + at)
      const n1 = high(n + at)
      put(
        h + at,
        madd(low(z + at), f32x4.sub(low(before), n0), n0),
        madd(high(z + at), f32x4.sub(high(before), n1), n1),
      )
      before += beforeStride
    }
    z += stride
    n += stride
    h += o.hsPanel
    if (hBefore) panel += hBeforePanel
  }
}

/** Adds a bias to every row of `panels` panels. */
function addBias(to: usize, toPanel: usize, bias: usize, biasPanel: usize, bytes: usize, panels: i32): void {
  for (; panels > 0; panels--) {
    const end = to + bytes
    for (let row = to; row < end; row += ROW) {
      const next = row + PAIR
      put(row, f32x4.add(low(row), low(bias)), f32x4.add(high(row), high(bias)))
      put(next, f32x4.add(low(next), low(bias + PAIR)), f32x4.add(high(next), high(bias + PAIR)))
    }
    to += toPanel
    bias += biasPanel
  }
}

/** to += a∘b over `bytes` of each of `panels` panels. */
function multiplyAddPanels(
  to: usize, toPanel: usize, a: usize, aPanel: usize, b: usize, bPanel: usize, bytes: usize, panels: i32,
): void {
  for (; panels > 0; panels--) {
    for (let at: usize = 0; at < bytes; at += PAIR) {
      put(
        to + at,
        madd(low(a + at), low(b + at), low(to + at)),
        madd(high(a + at), high(b + at), high(to + at)),
      )
    }
    to += toPanel
    a += aPanel
    b += bPanel
  }
}
