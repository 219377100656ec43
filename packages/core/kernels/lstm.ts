// LSTM forward: B batch, T time, I input, H units, gates in the order i f c o.
//   z = bias + x·W + h₋·U      i f o = recurrentActivation(z)   g = activation(z_c)
//   c = f∘c₋ + i∘g             h = o∘activation(c)
// At a masked step i g o are 0 and f is 1, so that c = c₋, and h = h₋.
// Split by rows: a call runs all steps of its rows.
import { activatePanels } from './activations'
import { madd } from './arithmetic'
import { bring, contract, contractTwo } from './gemm'
import { ROW, ZEROS, copyRows, panelsOf, rowBlocks } from './layout'
import { fillHeld, holdRows, maskAt } from './hold'
import { productsOnly } from './parts'
import { PAIR, high, low, multiplyPanels, put } from './vectors'
import { Forward } from './recurrent'

/** Gates of the fused axis. */
const GATES: i32 = 4

/** Rows × blocks of 16 units worked on together: one block of a full batch, but many of a single row. */
const GROUP: i32 = 32

/** Descriptor: Forward, then these. */
@unmanaged
export class Lstm extends Forward {
  recurrentActivation: i32
  /** c before the first step processed [B, H], or 0 for zeros. */
  c0: usize
  c0Panel: usize
  /** Cell states c [B, T, H], in a ring as h; one of 1 will do. */
  cs: usize
  csPanel: usize
  csStep: usize
  csRing: i32
  /** Activated gates [B, T, 4H], likewise. With a ring of T and room for one row, x·W is one product. */
  gates: usize
  gatesPanel: usize
  gatesStep: usize
  gatesRing: i32
  /** activation(c) [B, T, H], kept for the backward pass, or 0. */
  activated: usize
  activatedPanel: usize
  activatedStep: usize
  /** c after the last step processed [B, H], or 0; may be c0. */
  cLast: usize
  cLastPanel: usize
}

export function lstm(d: usize, from: i32, to: i32): void {
  for (let blocks = rowBlocks(to - from); blocks > 0; blocks--) {
    const rows = (to - from) / blocks
    sequence(changetype<Lstm>(d), from, rows)
    from += rows
  }
}

/** All steps of `rows` rows. */
function sequence(o: Lstm, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const bias = o.bias ? o.bias : ZEROS
  const biasPanel = o.bias ? o.biasPanel : 0
  const gatesPanel = o.gatesPanel
  const group = max(GROUP / rows, 1)
  const hoisted = rows == 1 && o.xStep == ROW && o.gatesStep == ROW && o.gatesRing >= steps
  if (hoisted) {
    contract(
      o.gates, gatesPanel, bias, biasPanel, 0,
      o.x, o.xPanel, o.inputs, 1, o.kernel, o.kernelPanel, steps, blocks * GATES,
    )
  }
  let hBefore = o.h0 ? o.h0 + offset : 0
  let hBeforePanel = o.h0Panel
  let cBefore = o.c0 ? o.c0 + offset : ZEROS
  let cBeforePanel = o.c0 ? o.c0Panel : 0
  let cBeforeRow = o.c0 ? ROW : 0
  for (let step = 0; step < steps; step++) {
    const t = o.reverse ? steps - 1 - step : step
    const x = o.x + <usize>t * o.xStep + offset
    const h = o.hs + <usize>(t % o.hsRing) * o.hsStep + offset
    const c = o.cs + <usize>(t % o.csRing) * o.csStep + offset
    const activated = o.activated ? o.activated + <usize>t * o.activatedStep + offset : 0
    const z = o.gates + <usize>(t % o.gatesRing) * o.gatesStep + offset
    const mask = maskAt(o.mask, o.maskStep, t, from)
    // what a layer before this one has left long ago
    if (!hoisted) bring(x, o.xPanel, rows, panelsOf(o.inputs))
    for (let block = 0; block < blocks; block += group) {
      const count = min(group, blocks - block)
      const panel = block * GATES
      const zBlock = z + panel * gatesPanel
      contractTwo(
        zBlock, gatesPanel,
        hoisted ? zBlock : bias + panel * biasPanel, hoisted ? gatesPanel : biasPanel, hoisted ? ROW : 0,
        x, o.xPanel, hoisted ? 0 : o.inputs, o.kernel + panel * o.kernelPanel, o.kernelPanel,
        hBefore, hBeforePanel, hBefore ? o.units : 0,
        o.recurrentKernel + panel * o.recurrentKernelPanel, o.recurrentKernelPanel,
        rows, count * GATES,
      )
      if (productsOnly) continue
      const hBlock = h + block * o.hsPanel
      cell(
        o, rows, count, mask, zBlock,
        cBefore + block * cBeforePanel, cBeforePanel, cBeforeRow, c + block * o.csPanel,
        activated ? activated + block * o.activatedPanel : hBlock, activated ? o.activatedPanel : o.hsPanel,
        hBlock,
      )
    }
    if (mask) holdRows(mask, rows, h, o.hsPanel, hBefore, hBeforePanel, blocks)
    hBefore = h
    hBeforePanel = o.hsPanel
    cBefore = c
    cBeforePanel = o.csPanel
    cBeforeRow = ROW
  }
  if (o.hLast) copyRows(o.hLast + offset, o.hLastPanel, hBefore, hBeforePanel, rows, blocks)
  if (o.cLast) copyRows(o.cLast + offset, o.cLastPanel, cBefore, cBeforePanel, rows, blocks)
}

/** One step of `blocks` blocks of 16 units: the gates from z in place, then c, activation(c) and h. */
function cell(
  o: Lstm, rows: i32, blocks: i32, mask: usize, z: usize, cBefore: usize, cBeforePanel: usize, cBeforeRow: usize, c: usize,
  activated: usize, activatedPanel: usize, h: usize,
): void {
  const bytes = <usize>rows * ROW
  const gatesPanel = o.gatesPanel
  const block = GATES * gatesPanel
  const recurrentActivation = o.recurrentActivation
  const i = z
  const f = i + gatesPanel
  const g = f + gatesPanel
  const output = g + gatesPanel
  activatePanels(recurrentActivation, i, block, i, block, bytes, blocks)
  activatePanels(recurrentActivation, f, block, f, block, bytes, blocks)
  activatePanels(o.activation, g, block, g, block, bytes, blocks)
  activatePanels(recurrentActivation, output, block, output, block, bytes, blocks)
  if (mask) {
    fillHeld(mask, rows, z, gatesPanel, blocks * GATES, 0)
    fillHeld(mask, rows, f, block, blocks, 1)
  }
  carryPanels(c, o.csPanel, cBefore, cBeforePanel, cBeforeRow, i, gatesPanel, bytes, blocks)
  activatePanels(o.activation, activated, activatedPanel, c, o.csPanel, bytes, blocks)
  multiplyPanels(h, o.hsPanel, output, block, activated, activatedPanel, bytes, blocks)
}

function carryPanels(
  c: usize, cPanel: usize, cBefore: usize, cBeforePanel: usize, cBeforeRow: usize,
  i: usize, gatesPanel: usize, bytes: usize, blocks: i32,
): void {
  for (; blocks > 0; blocks--) {
    const f = i + gatesPanel
    const g = f + gatesPanel
    let before = cBefore
    for (let at: usize = 0; at < bytes; at += ROW) {
      carry(c + at, before, i + at, f + at, g + at)
      carry(c + at + PAIR, before + PAIR, i + at + PAIR, f + at + PAIR, g + at + PAIR)
      before += cBeforeRow
    }
    c += cPanel
    cBefore += cBeforePanel
    i = g + 2 * gatesPanel
  }
}

/** c = f∘c₋ + i∘g of a pair of vectors. */
@inline
function carry(c: usize, cBefore: usize, i: usize, f: usize, g: usize): void {
  put(
    c,
    madd(low(f), low(cBefore), f32x4.mul(low(i), low(g))),
    madd(high(f), high(cBefore), f32x4.mul(high(i), high(g))),
  )
}
