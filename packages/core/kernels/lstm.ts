// LSTM forward: B batch, T time, I input, H units, gates in the order i f c o.
//   z = bias + x·W + h₋·U      i f o = recurrentActivation(z)   g = activation(z_c)
//   c = f∘c₋ + i∘g             h = o∘activation(c)
// Split by rows: a call runs all steps of its rows.
import { activate } from './activations'
import { madd } from './arithmetic'
import { contract } from './gemm'
import { ROW, ZEROS, copyRows, panelsOf } from './layout'
import { PAIR, high, low, put } from './vectors'

/** Gates of the fused axis. */
const GATES: i32 = 4

/** Rows that run through all steps together, so that their states stay in the first caches. */
const ROW_BLOCK: i32 = 48

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
  /** Activated gates [B, T, 4H], likewise; with a ring of T and room for one row, x·W is one product over all steps. */
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
}

export function lstm(d: usize, from: i32, to: i32): void {
  for (; from < to; from += ROW_BLOCK) sequence(changetype<Lstm>(d), from, min(ROW_BLOCK, to - from))
}

/** All steps of `rows` rows. */
function sequence(o: Lstm, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const bias = o.bias ? o.bias : ZEROS
  const biasPanel = o.bias ? o.biasPanel : 0
  const gatesPanel = o.gatesPanel
  const hoisted = rows == 1 && o.xStep == ROW && o.gatesStep == ROW && o.gatesRing >= steps
  if (hoisted) {
    contract(o.gates, gatesPanel, bias, biasPanel, 0, o.x, o.xPanel, o.inputs, 1, o.kernel, o.kernelPanel, steps, blocks * GATES)
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
    let z = o.gates + <usize>(t % o.gatesRing) * o.gatesStep + offset
    for (let block = 0; block < blocks; block++) {
      const panel = block * GATES
      if (!hoisted) {
        contract(
          z, gatesPanel, bias + panel * biasPanel, biasPanel, 0,
          x, o.xPanel, o.inputs, 1, o.kernel + panel * o.kernelPanel, o.kernelPanel, rows, GATES,
        )
      }
      if (hBefore) {
        const recurrent = o.recurrentKernel + panel * o.recurrentKernelPanel
        contract(z, gatesPanel, z, gatesPanel, ROW, hBefore, hBeforePanel, o.units, 1, recurrent, o.recurrentKernelPanel, rows, GATES)
      }
      const hBlock = h + block * o.hsPanel
      cell(
        o, rows, z, cBefore + block * cBeforePanel, cBeforeRow, c + block * o.csPanel,
        activated ? activated + block * o.activatedPanel : hBlock, hBlock,
      )
      z += gatesPanel * GATES
    }
    hBefore = h
    hBeforePanel = o.hsPanel
    cBefore = c
    cBeforePanel = o.csPanel
    cBeforeRow = ROW
  }
  if (o.hLast) copyRows(o.hLast + offset, o.hLastPanel, hBefore, hBeforePanel, rows, blocks)
  if (o.cLast) copyRows(o.cLast + offset, o.cLastPanel, cBefore, cBeforePanel, rows, blocks)
}

/** One step of a block of 16 units: its gates from z in place, then c, activation(c) and h. */
function cell(o: Lstm, rows: i32, z: usize, cBefore: usize, cBeforeRow: usize, c: usize, activated: usize, h: usize): void {
  const bytes = <usize>rows * ROW
  const i = z
  const f = i + o.gatesPanel
  const g = f + o.gatesPanel
  const output = g + o.gatesPanel
  activate(o.recurrentActivation, i, i, bytes)
  activate(o.recurrentActivation, f, f, bytes)
  activate(o.activation, g, g, bytes)
  activate(o.recurrentActivation, output, output, bytes)
  for (let at: usize = 0; at < bytes; at += ROW) {
    carry(c + at, cBefore, i + at, f + at, g + at)
    carry(c + at + PAIR, cBefore + PAIR, i + at + PAIR, f + at + PAIR, g + at + PAIR)
    cBefore += cBeforeRow
  }
  activate(o.activation, activated, c, bytes)
  for (let at: usize = 0; at < bytes; at += PAIR) {
    put(h + at, f32x4.mul(low(output + at), low(activated + at)), f32x4.mul(high(output + at), high(activated + at)))
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
