// The activations by code, over contiguous memory, and their slopes.
//
// tanh(x) ≈ x·P(x²) / Q(x²) with P of degree 6 and Q of degree 3 in x² (the coefficients are Eigen's); absolute
// error at most 3e-7 fused, 4e-7 plain. σ(x) = ½ + ½·tanh(x / 2) is the same quotient with coefficients scaled by
// powers of two, which is exact. A NaN passes through.
import { isFused, madd, nmadd } from './arithmetic'
import { PAIR, high, low, put } from './vectors'

export const LINEAR: i32 = 0
export const TANH: i32 = 1
export const SIGMOID: i32 = 2
export const RELU: i32 = 3

/** Where the quotient reaches 1 exactly, and has not been above. */
const FUSED_LIMIT: f32 = 8.003323554992676
const PLAIN_LIMIT: f32 = 7.905311107635498

/** Limits when fused, P from x¹² down, Q from x⁶ down, what is added at the end, and limits when not. */
const TANH_TABLE: usize = memory.data<f32>([
  -FUSED_LIMIT, FUSED_LIMIT,
  -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-8,
  1.48572235717979e-5, 6.37261928875436e-4, 4.89352455891786e-3,
  1.19825839466702e-6, 1.18534705686654e-4, 2.26843463243900e-3, 4.89352518554385e-3,
  0,
  -PLAIN_LIMIT, PLAIN_LIMIT,
], 16)

/** TANH_TABLE for ½·tanh(x / 2): limits · 2, coefficients of xⁿ in P / 4 / 2ⁿ, in Q / 2ⁿ. */
const SIGMOID_TABLE: usize = memory.data<f32>([
  -2 * FUSED_LIMIT, 2 * FUSED_LIMIT,
  -2.76076847742355e-16 / 16384, 2.00018790482477e-13 / 4096, -8.60467152213735e-11 / 1024,
  5.12229709037114e-8 / 256, 1.48572235717979e-5 / 64, 6.37261928875436e-4 / 16, 4.89352455891786e-3 / 4,
  1.19825839466702e-6 / 64, 1.18534705686654e-4 / 16, 2.26843463243900e-3 / 4, 4.89352518554385e-3,
  0.5,
  -2 * PLAIN_LIMIT, 2 * PLAIN_LIMIT,
], 16)

/** Where a table has the limits that hold here. */
const LIMITS: usize = isFused() ? 0 : 14

@inline
function constant(table: usize, index: usize): v128 {
  return v128.load32_splat(table + 4 * index)
}

@inline
function clamp(x: v128, least: v128, most: v128): v128 {
  return f32x4.pmin(f32x4.pmax(x, least), most)
}

function quotient(
  to: usize, toPanel: usize, from: usize, fromPanel: usize, bytes: usize, panels: i32, table: usize,
): void {
  const least = constant(table, LIMITS)
  const most = constant(table, LIMITS + 1)
  const p6 = constant(table, 2)
  const p5 = constant(table, 3)
  const p4 = constant(table, 4)
  const p3 = constant(table, 5)
  const p2 = constant(table, 6)
  const p1 = constant(table, 7)
  const p0 = constant(table, 8)
  const q3 = constant(table, 9)
  const q2 = constant(table, 10)
  const q1 = constant(table, 11)
  const q0 = constant(table, 12)
  const shift = constant(table, 13)
  for (; panels > 0; panels--) {
    let source = from
    let target = to
    const end = from + bytes
    do {
      const x = clamp(low(source), least, most)
      const y = clamp(high(source), least, most)
      const xx = f32x4.mul(x, x)
      const yy = f32x4.mul(y, y)
      let px = madd(xx, p6, p5)
      let py = madd(yy, p6, p5)
      px = madd(xx, px, p4)
      py = madd(yy, py, p4)
      px = madd(xx, px, p3)
      py = madd(yy, py, p3)
      px = madd(xx, px, p2)
      py = madd(yy, py, p2)
      px = madd(xx, px, p1)
      py = madd(yy, py, p1)
      px = madd(xx, px, p0)
      py = madd(yy, py, p0)
      let qx = madd(xx, q3, q2)
      let qy = madd(yy, q3, q2)
      qx = madd(xx, qx, q1)
      qy = madd(yy, qy, q1)
      qx = madd(xx, qx, q0)
      qy = madd(yy, qy, q0)
      put(
        target,
        f32x4.add(f32x4.div(f32x4.mul(x, px), qx), shift),
        f32x4.add(f32x4.div(f32x4.mul(y, py), qy), shift),
      )
      source += PAIR
      target += PAIR
    } while (source < end)
    from += fromPanel
    to += toPanel
  }
}

function relu(to: usize, toPanel: usize, from: usize, fromPanel: usize, bytes: usize, panels: i32): void {
  const zero = f32x4.splat(0)
  for (; panels > 0; panels--) {
    for (let at: usize = 0; at < bytes; at += PAIR) {
      put(to + at, f32x4.pmax(low(from + at), zero), f32x4.pmax(high(from + at), zero))
    }
    from += fromPanel
    to += toPanel
  }
}

function copy(to: usize, toPanel: usize, from: usize, fromPanel: usize, bytes: usize, panels: i32): void {
  for (; panels > 0; panels--) {
    memory.copy(to, from, bytes)
    from += fromPanel
    to += toPanel
  }
}

/** to = activation(from) over `bytes` of each of `panels` panels, a multiple of 32; `to` may be `from`. */
export function activatePanels(
  code: i32, to: usize, toPanel: usize, from: usize, fromPanel: usize, bytes: usize, panels: i32,
): void {
  if (code == TANH) quotient(to, toPanel, from, fromPanel, bytes, panels, TANH_TABLE)
  else if (code == SIGMOID) quotient(to, toPanel, from, fromPanel, bytes, panels, SIGMOID_TABLE)
  else if (code == RELU) relu(to, toPanel, from, fromPanel, bytes, panels)
  else if (to != from) copy(to, toPanel, from, fromPanel, bytes, panels)
}

const ONE: usize = memory.data<f32>([1], 16)

/** 1 in every lane; read once before a loop, as V8 builds a literal anew at every use. */
@inline
export function ones(): v128 {
  return v128.load32_splat(ONE)
}

/**
 * The activation's derivative, from its output y. U = bool: the code is a constant, for the usual activations, and the
 * slope is computed in place. Otherwise a function is called: slower, and smaller.
 */
@inline
export function slope<U>(code: i32, y: v128, one: v128 = ones()): v128 {
  return isBoolean<U>() ? slopeOf(code, y, one) : anySlope(code, y, one)
}

function anySlope(code: i32, y: v128, one: v128): v128 {
  return slopeOf(code, y, one)
}

@inline
function slopeOf(code: i32, y: v128, one: v128): v128 {
  if (code == TANH) return nmadd(y, y, one)
  if (code == SIGMOID) return f32x4.mul(y, f32x4.sub(one, y))
  if (code == RELU) return v128.and(f32x4.gt(y, f32x4.splat(0)), one)
  return one
}
