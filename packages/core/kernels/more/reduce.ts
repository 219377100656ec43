// y = sum, maximum or minimum of x over groups of axes, rows or columns, in double precision: steps ascending, then rows,
// then columns, whatever the threads. Split: rows of y where it has some, else panels of y. Pad lanes become zeros.
import { ROW } from '../layout'
import { Loops, OPERAND, Operand, columnsOf, skipped, stepAt, stepsOf, validLanes } from './loops'

const SUM = 0
const MAX = 1

/** Descriptor: Loops (of x's groups), these, then the operands x and y; y's flags tell the groups that stay. */
@unmanaged
class Reduce extends Loops {
  kind: i32
  /** Are columns taken together too? */
  acrossColumns: i32
  xPanels: i32
  xUnits: i32
  xGates: i32
  /** Where the batch is taken together: address of the count of its rows. */
  rows: usize
}

@inline
function start(kind: i32): f64 {
  return kind == SUM ? 0 : kind == MAX ? -Infinity : Infinity
}

@inline
function take(kind: i32, a: v128, b: v128): v128 {
  return kind == SUM ? f64x2.add(a, b) : kind == MAX ? f64x2.max(a, b) : f64x2.min(a, b)
}

@inline
function takeOne(kind: i32, a: f64, b: f64): f64 {
  return kind == SUM ? a + b : kind == MAX ? max(a, b) : min(a, b)
}

export function reduce(address: usize, from: i32, to: i32): void {
  const d = changetype<Reduce>(address)
  const x = changetype<Operand>(address + offsetof<Reduce>())
  const y = changetype<Operand>(address + offsetof<Reduce>() + OPERAND)
  const kept = stepsOf(d, y.flags, 1)
  const first = d.byRows ? 0 : from
  const last = d.byRows ? d.panels : to
  const rows = d.byRows ? to - from : 1
  for (let p = first; p < last; p++) {
    for (let t = 0; t < kept; t++) {
      const xAt = x.base + skipped(d, x, from) + stepAt(d, x, t, y.flags, 1)
      const yAt = y.base + skipped(d, y, from) + p * y.panel + stepAt(d, y, t, y.flags, 1)
      for (let r = 0; r < rows; r++) {
        if (d.acrossColumns) columns(d, x, y, xAt + r * x.row, yAt + r * y.row)
        else lanes(d, x, y, xAt + r * x.row + p * x.panel, yAt + r * y.row, p)
      }
    }
  }
}

/** A panel's row of the result. */
function lanes(d: Reduce, x: Operand, y: Operand, xAt: usize, yAt: usize, p: i32): void {
  const steps = stepsOf(d, y.flags, 0)
  const rows = d.rows ? load<i32>(d.rows) : 1
  const valid = columnsOf(d.xUnits, d.xGates, p)
  for (let k: usize = 0; k < 64; k += 16) {
    let low = f64x2.splat(start(d.kind))
    let high = low
    for (let t = 0; t < steps; t++) {
      let at = xAt + k + stepAt(d, x, t, y.flags, 0)
      for (let r = 0; r < rows; r++) {
        const four = v128.load(at)
        low = take(d.kind, low, f64x2.promote_low_f32x4(four))
        high = take(d.kind, high, f64x2.promote_low_f32x4(i32x4.shuffle(four, four, 2, 3, 0, 1)))
        at += ROW
      }
    }
    const result = i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5)
    v128.store(yAt + k, v128.and(result, validLanes(valid, k >> 2)))
  }
}

/** The only column of a row of the result. */
function columns(d: Reduce, x: Operand, y: Operand, xAt: usize, yAt: usize): void {
  const steps = stepsOf(d, y.flags, 0)
  const rows = d.rows ? load<i32>(d.rows) : 1
  let all = start(d.kind)
  for (let t = 0; t < steps; t++) {
    for (let r = 0; r < rows; r++) {
      let at = xAt + r * ROW + stepAt(d, x, t, y.flags, 0)
      for (let p = 0; p < d.xPanels; p++) {
        const valid = columnsOf(d.xUnits, d.xGates, p)
        for (let n = 0; n < valid; n++) all = takeOne(d.kind, all, load<f32>(at + (n << 2)))
        at += x.panel
      }
    }
  }
  memory.fill(yAt, 0, ROW)
  store<f32>(yAt, <f32>all)
}

/** y [B, 1] or [1] = the product of counts. */
@unmanaged
class Count {
  y: usize
  factor: i32
  counts: i32
  /** Then pairs: a count, or 0 and its address. */
}

export function count(address: usize, from: i32, to: i32): void {
  const d = changetype<Count>(address)
  let product = <f64>d.factor
  for (let i = 0; i < d.counts; i++) {
    const at = address + offsetof<Count>() + (i << 3)
    const word = load<usize>(at, 4)
    product *= <f64>(word ? load<i32>(word) : load<i32>(at))
  }
  memory.fill(d.y + from * ROW, 0, (to - from) * ROW)
  for (let row = from; row < to; row++) store<f32>(d.y + row * ROW, <f32>product)
}
