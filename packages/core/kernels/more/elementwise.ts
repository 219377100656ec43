// y = f(a, b, c), entry by entry, of operands whose shapes meet (loops.ts). Pad lanes of y become zeros.
import { CONSTANT, LOOPS, Loops, OPERAND, Operand, columnsOf, fetch, skipped, stepAt, stepsOf, validLanes } from './loops'
import { erf, expAny, expm1, log, logOnePlus, power, softplus } from './functions'

// codes, in the order of ops/binary.ts and ops/unary.ts
const ADD = 0
const SUBTRACT = 1
const MULTIPLY = 2
const DIVIDE = 3
const MAXIMUM = 4
const MINIMUM = 5
const LESS = 6
const LESS_EQUAL = 7
const GREATER = 8
const GREATER_EQUAL = 9
const EQUAL = 10
const NOT_EQUAL = 11
const POWER = 12
const NEGATIVE = 13
const ABS = 14
const SIGN = 15
const FLOOR = 16
const SQUARE = 17
const SQRT = 18
const RECIPROCAL = 19
const RSQRT = 20
const EXP = 21
const EXPM1 = 22
const LOG = 23
const LOG1P = 24
const ERF = 25
const SOFTPLUS = 26
// 27 is stop, a copy to which no gradient flows back
const SCALE = 28
const SELECT = 29

/** Descriptor: Loops, these, then the operands y, a, b, c. */
@unmanaged
class Elementwise extends Loops {
  code: i32
  parameter0: f32
  parameter1: f32
}

@inline
function one(condition: v128): v128 {
  return v128.and(condition, f32x4.splat(1))
}

/** Stores a row's 16 lanes, those that are no columns as zeros. */
@inline
function put(y: usize, columns: i32, r0: v128, r1: v128, r2: v128, r3: v128): void {
  if (columns >= 16) {
    v128.store(y, r0)
    v128.store(y, r1, 16)
    v128.store(y, r2, 32)
    v128.store(y, r3, 48)
  } else {
    v128.store(y, v128.and(r0, validLanes(columns, 0)))
    v128.store(y, v128.and(r1, validLanes(columns, 4)), 16)
    v128.store(y, v128.and(r2, validLanes(columns, 8)), 32)
    v128.store(y, v128.and(r3, validLanes(columns, 12)), 48)
  }
}

@inline
function select(a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(a, b, f32x4.ne(c, f32x4.splat(0)))
}

@inline
function scaled(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c)
}

/** y = f(a, b, c) for the 16 lanes of a row. */
function row(code: i32, columns: i32, y: usize, a: usize, aForm: i32, b: usize, bForm: i32, c: usize, cForm: i32): void {
  const a0 = fetch(aForm, a, 0)
  const a1 = fetch(aForm, a, 16)
  const a2 = fetch(aForm, a, 32)
  const a3 = fetch(aForm, a, 48)
  if (code >= NEGATIVE && code < SCALE) {
    single(code, columns, y, a0, a1, a2, a3)
    return
  }
  const b0 = fetch(bForm, b, 0)
  const b1 = fetch(bForm, b, 16)
  const b2 = fetch(bForm, b, 32)
  const b3 = fetch(bForm, b, 48)
  switch (code) {
    case ADD: put(y, columns, f32x4.add(a0, b0), f32x4.add(a1, b1), f32x4.add(a2, b2), f32x4.add(a3, b3)); break
    case SUBTRACT: put(y, columns, f32x4.sub(a0, b0), f32x4.sub(a1, b1), f32x4.sub(a2, b2), f32x4.sub(a3, b3)); break
    case MULTIPLY: put(y, columns, f32x4.mul(a0, b0), f32x4.mul(a1, b1), f32x4.mul(a2, b2), f32x4.mul(a3, b3)); break
    case DIVIDE: put(y, columns, f32x4.div(a0, b0), f32x4.div(a1, b1), f32x4.div(a2, b2), f32x4.div(a3, b3)); break
    case MAXIMUM: put(y, columns, f32x4.max(a0, b0), f32x4.max(a1, b1), f32x4.max(a2, b2), f32x4.max(a3, b3)); break
    case MINIMUM: put(y, columns, f32x4.min(a0, b0), f32x4.min(a1, b1), f32x4.min(a2, b2), f32x4.min(a3, b3)); break
    case LESS: put(y, columns, one(f32x4.lt(a0, b0)), one(f32x4.lt(a1, b1)), one(f32x4.lt(a2, b2)), one(f32x4.lt(a3, b3))); break
    case LESS_EQUAL: put(y, columns, one(f32x4.le(a0, b0)), one(f32x4.le(a1, b1)), one(f32x4.le(a2, b2)), one(f32x4.le(a3, b3))); break
    case GREATER: put(y, columns, one(f32x4.gt(a0, b0)), one(f32x4.gt(a1, b1)), one(f32x4.gt(a2, b2)), one(f32x4.gt(a3, b3))); break
    case GREATER_EQUAL: put(y, columns, one(f32x4.ge(a0, b0)), one(f32x4.ge(a1, b1)), one(f32x4.ge(a2, b2)), one(f32x4.ge(a3, b3))); break
    case EQUAL: put(y, columns, one(f32x4.eq(a0, b0)), one(f32x4.eq(a1, b1)), one(f32x4.eq(a2, b2)), one(f32x4.eq(a3, b3))); break
    case NOT_EQUAL: put(y, columns, one(f32x4.ne(a0, b0)), one(f32x4.ne(a1, b1)), one(f32x4.ne(a2, b2)), one(f32x4.ne(a3, b3))); break
    default: {
      const c0 = fetch(cForm, c, 0)
      const c1 = fetch(cForm, c, 16)
      const c2 = fetch(cForm, c, 32)
      const c3 = fetch(cForm, c, 48)
      if (code == SCALE) put(y, columns, scaled(a0, b0, c0), scaled(a1, b1, c1), scaled(a2, b2, c2), scaled(a3, b3, c3))
      else if (code == SELECT) put(y, columns, select(a0, b0, c0), select(a1, b1, c1), select(a2, b2, c2), select(a3, b3, c3))
      else put(y, columns, a0, a1, a2, a3)
    }
  }
}

function single(code: i32, columns: i32, y: usize, a0: v128, a1: v128, a2: v128, a3: v128): void {
  const ones = f32x4.splat(1)
  switch (code) {
    case NEGATIVE: put(y, columns, f32x4.neg(a0), f32x4.neg(a1), f32x4.neg(a2), f32x4.neg(a3)); break
    case ABS: put(y, columns, f32x4.abs(a0), f32x4.abs(a1), f32x4.abs(a2), f32x4.abs(a3)); break
    case FLOOR: put(y, columns, f32x4.floor(a0), f32x4.floor(a1), f32x4.floor(a2), f32x4.floor(a3)); break
    case SQUARE: put(y, columns, f32x4.mul(a0, a0), f32x4.mul(a1, a1), f32x4.mul(a2, a2), f32x4.mul(a3, a3)); break
    case SQRT: put(y, columns, f32x4.sqrt(a0), f32x4.sqrt(a1), f32x4.sqrt(a2), f32x4.sqrt(a3)); break
    case RECIPROCAL: put(y, columns, f32x4.div(ones, a0), f32x4.div(ones, a1), f32x4.div(ones, a2), f32x4.div(ones, a3)); break
    case RSQRT: put(y, columns, f32x4.div(ones, f32x4.sqrt(a0)), f32x4.div(ones, f32x4.sqrt(a1)), f32x4.div(ones, f32x4.sqrt(a2)), f32x4.div(ones, f32x4.sqrt(a3))); break
    default: put(y, columns, a0, a1, a2, a3)
  }
}

/** One entry, in double precision. */
function applyOne(code: i32, a: f64, b: f64): f64 {
  switch (code) {
    case POWER: return power(a, b)
    case SIGN: return a > 0 ? 1 : a < 0 ? -1 : a
    case EXP: return expAny(a)
    case EXPM1: return expm1(a)
    case LOG: return log(a)
    case LOG1P: return logOnePlus(a)
    case ERF: return erf(a)
    default: return softplus(a)
  }
}

@inline
function isSingle(code: i32): bool {
  return code == POWER || code == SIGN || (code >= EXP && code <= SOFTPLUS)
}

function rowOfSingles(code: i32, columns: i32, y: usize, a: usize, aForm: i32, b: usize, bForm: i32): void {
  for (let n = 0; n < 16; n++) {
    const at = n << 2
    let result: f32 = 0
    if (n < columns) {
      const left = load<f32>(a + (aForm == 0 ? at : 0))
      const right = load<f32>(b + (bForm == 0 ? at : 0))
      result = <f32>applyOne(code, left, right)
    }
    store<f32>(y + at, result)
  }
}

/** An operand that is a parameter of the descriptor reads it there. */
@inline
function baseOf(d: usize, o: Operand): usize {
  return o.form >= CONSTANT ? d + LOOPS + 4 + ((o.form - CONSTANT) << 2) : o.base
}

export function elementwise(address: usize, from: i32, to: i32): void {
  const d = changetype<Elementwise>(address)
  const operands = address + offsetof<Elementwise>()
  const y = changetype<Operand>(operands)
  const a = changetype<Operand>(operands + OPERAND)
  const b = changetype<Operand>(operands + 2 * OPERAND)
  const c = changetype<Operand>(operands + 3 * OPERAND)
  const aBase = baseOf(address, a) + skipped(d, a, from)
  const bBase = baseOf(address, b) + skipped(d, b, from)
  const cBase = baseOf(address, c) + skipped(d, c, from)
  const aForm = min(a.form, CONSTANT)
  const bForm = min(b.form, CONSTANT)
  const cForm = min(c.form, CONSTANT)
  const yBase = y.base + skipped(d, y, from)
  const rows = d.byRows ? to - from : 1
  const first = d.byRows ? 0 : from
  const last = d.byRows ? d.panels : to
  const steps = stepsOf(d, 0, 0)
  const single = isSingle(d.code)
  for (let p = first; p < last; p++) {
    const columns = columnsOf(d.units, d.gates, p)
    for (let t = 0; t < steps; t++) {
      let yAt = yBase + p * y.panel + stepAt(d, y, t, 0, 0)
      let aAt = aBase + p * a.panel + stepAt(d, a, t, 0, 0)
      let bAt = bBase + p * b.panel + stepAt(d, b, t, 0, 0)
      let cAt = cBase + p * c.panel + stepAt(d, c, t, 0, 0)
      for (let r = 0; r < rows; r++) {
        if (single) rowOfSingles(d.code, columns, yAt, aAt, aForm, bAt, bForm)
        else row(d.code, columns, yAt, aAt, aForm, bAt, bForm, cAt, cForm)
        yAt += y.row
        aAt += a.row
        bAt += b.row
        cAt += c.row
      }
    }
  }
}
