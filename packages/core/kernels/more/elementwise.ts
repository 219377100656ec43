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

/** Four entries. */
function apply(code: i32, a: v128, b: v128, c: v128): v128 {
  switch (code) {
    case ADD: return f32x4.add(a, b)
    case SUBTRACT: return f32x4.sub(a, b)
    case MULTIPLY: return f32x4.mul(a, b)
    case DIVIDE: return f32x4.div(a, b)
    case MAXIMUM: return f32x4.max(a, b)
    case MINIMUM: return f32x4.min(a, b)
    case LESS: return one(f32x4.lt(a, b))
    case LESS_EQUAL: return one(f32x4.le(a, b))
    case GREATER: return one(f32x4.gt(a, b))
    case GREATER_EQUAL: return one(f32x4.ge(a, b))
    case EQUAL: return one(f32x4.eq(a, b))
    case NOT_EQUAL: return one(f32x4.ne(a, b))
    case NEGATIVE: return f32x4.neg(a)
    case ABS: return f32x4.abs(a)
    case FLOOR: return f32x4.floor(a)
    case SQUARE: return f32x4.mul(a, a)
    case SQRT: return f32x4.sqrt(a)
    case RECIPROCAL: return f32x4.div(f32x4.splat(1), a)
    case RSQRT: return f32x4.div(f32x4.splat(1), f32x4.sqrt(a))
    case SCALE: return f32x4.add(f32x4.mul(a, b), c)
    case SELECT: return v128.bitselect(a, b, f32x4.ne(c, f32x4.splat(0)))
    default: return a
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

function row(code: i32, columns: i32, y: usize, a: usize, aForm: i32, b: usize, bForm: i32, c: usize, cForm: i32): void {
  for (let k: usize = 0; k < 64; k += 16) {
    const valid = validLanes(columns, k >> 2)
    if (!v128.any_true(valid)) v128.store(y + k, valid)
    else v128.store(y + k, v128.and(valid, apply(code, fetch(aForm, a, k), fetch(bForm, b, k), fetch(cForm, c, k))))
  }
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
