// Entry by entry: add, multiply, activation, and what only moves entries: reshape, oneHot.
import { slope } from '../activations'
import { ROW } from '../layout'
import { high, low, PAIR, put } from '../vectors'
import { activatePanels } from './base'

/** Operands alike in shape and layout, seen as blocks: contiguous rows of one panel and step. */
@unmanaged
class Pointwise {
  /** 1: from … to are rows of a batch, in every panel and step; 0: panels, each whole, of `rows` rows and one step. */
  byRows: i32
  panels: i32
  rows: i32
  /** Address of the count of steps. */
  steps: usize
  a: usize
  aPanel: usize
  aStep: usize
  /** bStep 0: b serves all steps. */
  b: usize
  bPanel: usize
  bStep: usize
  y: usize
  yPanel: usize
  yStep: usize
  /** Code of the activation. */
  activation: i32
}

const ADD = 0
const MULTIPLY = 1
const ACTIVATE = 2
const SLOPE = 3

function pointwise(operation: i32, address: usize, from: i32, to: i32): void {
  const d = changetype<Pointwise>(address)
  const firstPanel = d.byRows ? 0 : from
  const lastPanel = d.byRows ? d.panels : to
  const skipped = d.byRows ? from * ROW : 0
  const bytes = (d.byRows ? to - from : d.rows) * ROW
  const steps = load<i32>(d.steps)
  for (let p = firstPanel; p < lastPanel; p++) {
    for (let t = 0; t < steps; t++) {
      const a = d.a + p * d.aPanel + t * d.aStep + skipped
      const b = d.b + p * d.bPanel + t * d.bStep + skipped
      const y = d.y + p * d.yPanel + t * d.yStep + skipped
      if (operation == ADD) sum(y, a, b, bytes)
      else if (operation == MULTIPLY) product(y, a, b, bytes)
      else if (operation == ACTIVATE) activatePanels(d.activation, y, 0, a, 0, bytes, 1)
      else slopes(d.activation, y, a, b, bytes)
    }
  }
}

function sum(y: usize, a: usize, b: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) {
    put(y + i, f32x4.add(low(a + i), low(b + i)), f32x4.add(high(a + i), high(b + i)))
  }
}

function product(y: usize, a: usize, b: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) {
    put(y + i, f32x4.mul(low(a + i), low(b + i)), f32x4.mul(high(a + i), high(b + i)))
  }
}

/** dx = dy ⊙ φ′, φ′ told from the result y = φ(x). */
function slopes(code: i32, dx: usize, y: usize, dy: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += PAIR) {
    put(dx + i, f32x4.mul(low(dy + i), slope<i32>(code, low(y + i))), f32x4.mul(high(dy + i), slope<i32>(code, high(y + i))))
  }
}

/** y = a + b. */
export function add(d: usize, from: i32, to: i32): void {
  pointwise(ADD, d, from, to)
}

/** y = a ⊙ b. */
export function multiply(d: usize, from: i32, to: i32): void {
  pointwise(MULTIPLY, d, from, to)
}

/** y = φ(a). */
export function activation(d: usize, from: i32, to: i32): void {
  pointwise(ACTIVATE, d, from, to)
}

/** y = b ⊙ φ′, where a is φ's result. */
export function activationGradient(d: usize, from: i32, to: i32): void {
  pointwise(SLOPE, d, from, to)
}

// ---- moving

/** Any 4-byte entries. Split: rows. */
@unmanaged
class Reshape {
  /** Bytes from row to row: 64 in panels, 4 in plain values. */
  row: usize
  x: usize
  xPanel: usize
  xStep: usize
  xColumns: i32
  y: usize
  yPanel: usize
  yStep: usize
  yColumns: i32
  /** Entries of a row of the batch. */
  entries: i32
}

/** y's entries of each row are x's, in logical order. */
export function reshape(address: usize, from: i32, to: i32): void {
  const d = changetype<Reshape>(address)
  for (let row = from; row < to; row++) {
    let x = d.x + row * d.row
    let y = d.y + row * d.row
    let xColumn = 0
    let yColumn = 0
    for (let i = 0; i < d.entries; i++) {
      const entry = load<u32>(x + (xColumn >> 4) * d.xPanel + ((xColumn & 15) << 2))
      store<u32>(y + (yColumn >> 4) * d.yPanel + ((yColumn & 15) << 2), entry)
      if (++xColumn == d.xColumns) {
        xColumn = 0
        x += d.xStep
      }
      if (++yColumn == d.yColumns) {
        yColumn = 0
        y += d.yStep
      }
    }
  }
}

/** labels int32 [B, T] → y [B, T, classes]. Split: rows. */
@unmanaged
class OneHot {
  /** Address of the count of steps. */
  steps: usize
  labels: usize
  labelsStep: usize
  y: usize
  yPanel: usize
  yStep: usize
  panels: i32
  classes: i32
}

/** 1 at the label, 0 elsewhere; zeros for a label that is no class. */
export function oneHot(address: usize, from: i32, to: i32): void {
  const d = changetype<OneHot>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const label = load<i32>(d.labels + t * d.labelsStep + (row << 2))
      const y = d.y + t * d.yStep + (row << 6)
      for (let p = 0; p < d.panels; p++) memory.fill(y + p * d.yPanel, 0, ROW)
      if (<u32>label < <u32>d.classes) store<f32>(y + (label >> 4) * d.yPanel + ((label & 15) << 2), 1)
    }
  }
}
