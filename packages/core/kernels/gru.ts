// GRU forward: B batch, T time, I input, H units, gates in the order z r n (n the candidate).
//   z r = recurrentActivation(bias + x·W + h₋·U + recurrentBias)
//   resetAfter: q = recurrentBias + h₋·U_n    n = activation(bias + x·W_n + r∘q)
//   otherwise:  s = r∘h₋                      n = activation(bias + x·W_n + s·U_n)
//   h = z∘h₋ + (1 − z)∘n, computed as n + z∘(h₋ − n)
// Split by rows: a call runs all steps of its rows.
import { activate } from './activations'
import { madd } from './arithmetic'
import { contract } from './gemm'
import { ROW, ZEROS, clearRows, copyRows, panelsOf } from './layout'
import { PAIR, high, low, put } from './vectors'

const GATES: i32 = 3

/** Rows that run through all steps together, so that their states stay in the first caches. */
const ROW_BLOCK: i32 = 48

/** Blocks of 16 units worked on together: a single row's products take four panels of a gate at once. */
const BLOCKS: i32 = 4

@unmanaged
export class Gru {
  /** Address of the number of steps T. */
  steps: usize
  /** 1: from the last step to the first. */
  reverse: i32
  /** 1: the reset gate acts after the recurrent product; 0: before it. */
  resetAfter: i32
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
  /** W [I, 3H]. */
  kernel: usize
  kernelPanel: usize
  /** U [H, 3H]. */
  recurrentKernel: usize
  recurrentKernelPanel: usize
  /** Bias and recurrent bias [3H], each or 0; the latter only with resetAfter. */
  bias: usize
  biasPanel: usize
  recurrentBias: usize
  recurrentBiasPanel: usize
  /** h before the first step processed [B, H], or 0 for zeros. */
  h0: usize
  h0Panel: usize
  /** Outputs h [B, T, H]; step t lies in slot t mod ring. The ring is T to keep all, else at least 2. */
  hs: usize
  hsPanel: usize
  hsStep: usize
  hsRing: i32
  /** Activated gates [B, T, 3H], likewise; a ring of 1 will do. */
  gates: usize
  gatesPanel: usize
  gatesStep: usize
  gatesRing: i32
  /** Kept for the backward pass [B, T, H], likewise, but never absent: q with resetAfter, otherwise s. */
  kept: usize
  keptPanel: usize
  keptStep: usize
  keptRing: i32
  /** h after the last step processed [B, H], or 0; may be h0. */
  hLast: usize
  hLastPanel: usize
}

export function gru(d: usize, from: i32, to: i32): void {
  for (; from < to; from += ROW_BLOCK) sequence(changetype<Gru>(d), from, min(ROW_BLOCK, to - from))
}

/** All steps of `rows` rows. */
function sequence(o: Gru, from: i32, rows: i32): void {
  const offset = <usize>from * ROW
  const steps = load<i32>(o.steps)
  const blocks = panelsOf(o.units)
  const hoisted = rows == 1 && o.xStep == ROW && o.gatesStep == ROW && o.gatesRing >= steps
  if (hoisted) project(o, o.gates, o.x, steps, 0, blocks)
  let hBefore = o.h0 ? o.h0 + offset : 0
  let hBeforePanel = o.h0Panel
  for (let step = 0; step < steps; step++) {
    const t = o.reverse ? steps - 1 - step : step
    const x = o.x + <usize>t * o.xStep + offset
    const h = o.hs + <usize>(t % o.hsRing) * o.hsStep + offset
    const gates = o.gates + <usize>(t % o.gatesRing) * o.gatesStep + offset
    const kept = o.kept + <usize>(t % o.keptRing) * o.keptStep + offset
    for (let block = 0; block < blocks; block += BLOCKS) {
      const count = min(BLOCKS, blocks - block)
      if (!hoisted) project(o, gates, x, rows, block, count)
      recur(o, gates, kept, hBefore, hBeforePanel, rows, block, count)
    }
    if (!o.resetAfter && hBefore) recurReset(o, gates, kept, rows, blocks)
    for (let block = 0; block < blocks; block++) {
      blend(o, gates, kept, hBefore ? hBefore + block * hBeforePanel : 0, h + block * o.hsPanel, rows, block)
    }
    hBefore = h
    hBeforePanel = o.hsPanel
  }
  if (o.hLast) copyRows(o.hLast + offset, o.hLastPanel, hBefore, hBeforePanel, rows, blocks)
}

/** gates = bias + x·W for `count` blocks of units from `block` on. */
function project(o: Gru, gates: usize, x: usize, rows: i32, block: i32, count: i32): void {
  const panel = block * GATES
  const bias = o.bias ? o.bias + panel * o.biasPanel : ZEROS
  contract(
    gates + panel * o.gatesPanel, o.gatesPanel, bias, o.bias ? o.biasPanel : 0, 0,
    x, o.xPanel, o.inputs, 1, o.kernel + panel * o.kernelPanel, o.kernelPanel, rows, count * GATES,
  )
}

/** Adds h₋·U (+ recurrentBias) to z and r and activates them; then q with resetAfter, otherwise s. */
function recur(o: Gru, gates: usize, kept: usize, hBefore: usize, hBeforePanel: usize, rows: i32, block: i32, count: i32): void {
  const bytes = <usize>rows * ROW
  const gatesPanel = o.gatesPanel
  const kernelPanel = o.recurrentKernelPanel
  let z = gates + block * GATES * gatesPanel
  let kernel = o.recurrentKernel + block * GATES * kernelPanel
  const bias = o.recurrentBias ? o.recurrentBias + block * GATES * o.recurrentBiasPanel : 0
  for (let gate = 0; gate < 2; gate++) {
    const panels = z + gate * gatesPanel
    if (hBefore) {
      contract(
        panels, GATES * gatesPanel, panels, GATES * gatesPanel, ROW,
        hBefore, hBeforePanel, o.units, 1, kernel + gate * kernelPanel, GATES * kernelPanel, rows, count,
      )
    }
    for (let i = 0; i < count; i++) {
      const panel = panels + i * GATES * gatesPanel
      if (bias) addBias(panel, bias + (i * GATES + gate) * o.recurrentBiasPanel, bytes)
      activate(o.recurrentActivation, panel, panel, bytes)
    }
  }
  kept += block * o.keptPanel
  if (o.resetAfter) {
    contract(
      kept, o.keptPanel, bias ? bias + 2 * o.recurrentBiasPanel : ZEROS, bias ? GATES * o.recurrentBiasPanel : 0, 0,
      hBefore, hBeforePanel, hBefore ? o.units : 0, 1, kernel + 2 * kernelPanel, GATES * kernelPanel, rows, count,
    )
  } else if (hBefore) {
    let h = hBefore + block * hBeforePanel
    for (let i = 0; i < count; i++) {
      multiply(kept, z + gatesPanel, h, bytes)
      kept += o.keptPanel
      h += hBeforePanel
      z += GATES * gatesPanel
    }
  } else {
    clearRows(kept, o.keptPanel, rows, count)
  }
}

/** n += s·U_n, once s of all units is known. */
function recurReset(o: Gru, gates: usize, kept: usize, rows: i32, blocks: i32): void {
  const candidate = gates + 2 * o.gatesPanel
  const panel = GATES * o.gatesPanel
  contract(
    candidate, panel, candidate, panel, ROW,
    kept, o.keptPanel, o.units, 1,
    o.recurrentKernel + 2 * o.recurrentKernelPanel, GATES * o.recurrentKernelPanel, rows, blocks,
  )
}

/** The candidate, activated, and h, of a block of 16 units. */
function blend(o: Gru, gates: usize, kept: usize, hBefore: usize, h: usize, rows: i32, block: i32): void {
  const bytes = <usize>rows * ROW
  const z = gates + block * GATES * o.gatesPanel
  const n = z + 2 * o.gatesPanel
  if (o.resetAfter) multiplyAdd(n, z + o.gatesPanel, kept + block * o.keptPanel, bytes)
  activate(o.activation, n, n, bytes)
  let before = hBefore ? hBefore : ZEROS
  const stride = hBefore ? PAIR : 0
  for (let at: usize = 0; at < bytes; at += PAIR) {
    put(
      h + at,
      madd(low(z + at), f32x4.sub(low(before), low(n + at)), low(n + at)),
      madd(high(z + at), f32x4.sub(high(before), high(n + at)), high(n + at)),
    )
    before += stride
  }
}

/** Adds a row of 16 to every row of a panel. */
function addBias(panel: usize, bias: usize, bytes: usize): void {
  const end = panel + bytes
  for (; panel < end; panel += ROW) {
    put(panel, f32x4.add(low(panel), low(bias)), f32x4.add(high(panel), high(bias)))
    put(
      panel + PAIR,
      f32x4.add(low(panel + PAIR), low(bias + PAIR)),
      f32x4.add(high(panel + PAIR), high(bias + PAIR)),
    )
  }
}

/** to = a∘b */
function multiply(to: usize, a: usize, b: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += PAIR) {
    put(to + at, f32x4.mul(low(a + at), low(b + at)), f32x4.mul(high(a + at), high(b + at)))
  }
}

/** to += a∘b */
function multiplyAdd(to: usize, a: usize, b: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += PAIR) {
    put(to + at, madd(low(a + at), low(b + at), low(to + at)), madd(high(a + at), high(b + at), high(to + at)))
  }
}
