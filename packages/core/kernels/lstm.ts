// LSTM forward: B batch, T time, I input, H units, gates in the order i f c o.
//   z = bias + x·W + h₋·U      i f o = recurrentActivation(z)   g = activation(z_c)
//   c = f∘c₋ + i∘g             h = o∘activation(c)
// At a masked step i g o are 0 and f is 1, so that c = c₋, and h = h₋.
// Split by rows: a call runs all steps of its rows.
import { activatePanels } from './activations'
import { madd } from './arithmetic'
import { contract, contractTwo } from './gemm'
import { ROW, ZEROS, copyRows, panelsOf, rowBlocks } from './layout'
import { fillHeld, holdRows, maskAt } from './hold'
import { productsOnly } from './parts'
import { PAIR, high, low, multiplyPanels, put } from './vectors'

/** Gates of the fused axis. */
const GATES: i32 = 4

/** Rows × blocks of 16 units worked on together: one block of a full batch, but many of a single row. */
const GROUP: i32 = 32

@unmanaged
export class Lstm {
  /** Address of the number of steps T. */
  steps: usize
  /** 1: from the last step to the first. */
  reverse: i32
  /** I and H. */
  inputs: i32
  units: i32
  /** Activation codes. */
  activation: i32
  recurrentActivation: i32
  /** x [B, T, I]. */
  x: usize
  xPanel: usize
  xStep: usize
  /** W [I, 4H]. */
  kernel: usize
  kernelPanel: usize
  /** U [H, 4H]. */
  recurrentKernel: usize
  recurrentKernelPanel: usize
  /** Bias [4H], or 0. */
  bias: usize
  biasPanel: usize
  /** h and c before the first step processed [B, H], each or 0 for zeros. */
  h0: usize
  h0Panel: usize
  c0: usize
  c0Panel: usize
  /** Outputs h [B, T, H]; step t lies in slot t mod ring. The ring is T to keep all, else at least 2. */
  hs: usize
  hsPanel: usize
  hsStep: usize
  hsRing: i32
  /** Cell states c [B, T, H], likewise; a ring of 1 will do. */
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
  /** h and c after the last step processed [B, H], each or 0; may be h0 and c0. */
  hLast: usize
  hLastPanel: usize
  cLast: usize
  cLastPanel: usize
  /** Mask [B, T] as int32, 0 where a row holds its state, or 0. */
  mask: usize
  maskStep: usize
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
