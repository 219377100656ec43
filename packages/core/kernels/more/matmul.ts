// y = a·b of every row: a [B, T, K], b [B, K, S], either of them with steps and columns exchanged. Sums over K ascending (in
// four parts, where both operands run along it), in single precision. Split: rows.
import { validLanes } from './loops'

@unmanaged
class Matmul {
  /** Addresses of the counts of T and of K where those are steps, else the numbers. */
  t: i32
  tAddress: usize
  k: i32
  kAddress: usize
  s: i32
  transposeA: i32
  transposeB: i32
  a: usize
  aPanel: usize
  aStep: usize
  b: usize
  bPanel: usize
  bStep: usize
  y: usize
  yPanel: usize
  yStep: usize
}

@inline
function lane(n: i32, panel: usize): usize {
  return <usize>(n >> 4) * panel + ((n & 15) << 2)
}

export function matmul(address: usize, from: i32, to: i32): void {
  const d = changetype<Matmul>(address)
  const T = d.tAddress ? load<i32>(d.tAddress) : d.t
  const K = d.kAddress ? load<i32>(d.kAddress) : d.k
  for (let row = from; row < to; row++) {
    const a = d.a + (row << 6)
    const b = d.b + (row << 6)
    const y = d.y + (row << 6)
    let t = 0
    if (!d.transposeB) {
      for (; t + 4 <= T; t += 4) four(d, y + t * d.yStep, a, b, t, K)
      for (; t < T; t++) sums(d, y + t * d.yStep, a, b, t, K)
    } else if (d.transposeA) for (; t < T; t++) dots(d, y + t * d.yStep, a, b, t, K)
    else for (; t < T; t++) products(d, y + t * d.yStep, a + t * d.aStep, b, K)
  }
}

/** Where a(t, k) stands, and how far it is to k + 1 (within a panel, where that is along its columns). */
@inline
function place(d: Matmul, a: usize, t: i32, k: i32): usize {
  return d.transposeA ? a + k * d.aStep + lane(t, d.aPanel) : a + t * d.aStep + lane(k, d.aPanel)
}

/** Four rows of y together, 8 columns at a time: what is read of b serves all. */
function four(d: Matmul, y: usize, a: usize, b: usize, t: i32, K: i32): void {
  for (let s = 0; s < d.s; s += 8) {
    const from = b + lane(s, d.bPanel)
    let p0 = f32x4.splat(0)
    let p1 = p0
    let q0 = p0
    let q1 = p0
    let r0 = p0
    let r1 = p0
    let u0 = p0
    let u1 = p0
    for (let k = 0; k < K; k++) {
      const b0 = v128.load(from + k * d.bStep)
      const b1 = v128.load(from + k * d.bStep, 16)
      const p = v128.load32_splat(place(d, a, t, k))
      p0 = f32x4.add(p0, f32x4.mul(p, b0))
      p1 = f32x4.add(p1, f32x4.mul(p, b1))
      const q = v128.load32_splat(place(d, a, t + 1, k))
      q0 = f32x4.add(q0, f32x4.mul(q, b0))
      q1 = f32x4.add(q1, f32x4.mul(q, b1))
      const r = v128.load32_splat(place(d, a, t + 2, k))
      r0 = f32x4.add(r0, f32x4.mul(r, b0))
      r1 = f32x4.add(r1, f32x4.mul(r, b1))
      const u = v128.load32_splat(place(d, a, t + 3, k))
      u0 = f32x4.add(u0, f32x4.mul(u, b0))
      u1 = f32x4.add(u1, f32x4.mul(u, b1))
    }
    const at = y + lane(s, d.yPanel)
    put(d, at, s, p0, p1)
    put(d, at + d.yStep, s, q0, q1)
    put(d, at + 2 * d.yStep, s, r0, r1)
    put(d, at + 3 * d.yStep, s, u0, u1)
  }
  // the second half of the last panel, where it has no column at all
  if (((d.s + 7) & 8) == 0) return
  for (let i = 0; i < 4; i++) memory.fill(y + i * d.yStep + lane(d.s & ~15, d.yPanel) + 32, 0, 32)
}

/** Columns s … s + 7, zeros where there are none. */
@inline
function put(d: Matmul, y: usize, s: i32, low: v128, high: v128): void {
  v128.store(y, v128.and(low, validLanes(d.s - s, 0)))
  v128.store(y, v128.and(high, validLanes(d.s - s, 4)), 16)
}

/** A row of y, 16 columns at a time. */
function sums(d: Matmul, y: usize, a: usize, b: usize, t: i32, K: i32): void {
  for (let s = 0; s < d.s; s += 16) {
    let y0 = f32x4.splat(0)
    let y1 = y0
    let y2 = y0
    let y3 = y0
    for (let k = 0; k < K; k++) {
      const x = v128.load32_splat(place(d, a, t, k))
      const from = b + k * d.bStep + <usize>(s >> 4) * d.bPanel
      y0 = f32x4.add(y0, f32x4.mul(x, v128.load(from)))
      y1 = f32x4.add(y1, f32x4.mul(x, v128.load(from, 16)))
      y2 = f32x4.add(y2, f32x4.mul(x, v128.load(from, 32)))
      y3 = f32x4.add(y3, f32x4.mul(x, v128.load(from, 48)))
    }
    const to = y + <usize>(s >> 4) * d.yPanel
    put(d, to, s, y0, y1)
    put(d, to + 32, s + 8, y2, y3)
  }
}

/** A row of y, one column at a time: both run along K, in vectors, of which the last may hold lanes that are none. */
function products(d: Matmul, y: usize, a: usize, b: usize, K: i32): void {
  for (let s = 0; s < d.s; s++) {
    const from = b + s * d.bStep
    let sum = f32x4.splat(0)
    let k = 0
    for (; k + 4 <= K; k += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(a + lane(k, d.aPanel)), v128.load(from + lane(k, d.bPanel))))
    }
    if (k < K) {
      const last = f32x4.mul(v128.load(a + lane(k, d.aPanel)), v128.load(from + lane(k, d.bPanel)))
      sum = f32x4.add(sum, v128.and(last, validLanes(K - k, 0)))
    }
    const total =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3))
    store<f32>(y + lane(s, d.yPanel), total)
  }
  for (let n = d.s; n & 15; n++) store<f32>(y + lane(n, d.yPanel), 0)
}

/** The same of a whose steps run along K: one number at a time. */
function dots(d: Matmul, y: usize, a: usize, b: usize, t: i32, K: i32): void {
  for (let s = 0; s < d.s; s++) {
    let sum: f32 = 0
    for (let k = 0; k < K; k++) sum += load<f32>(place(d, a, t, k)) * load<f32>(b + s * d.bStep + lane(k, d.bPanel))
    store<f32>(y + lane(s, d.yPanel), sum)
  }
  for (let n = d.s; n & 15; n++) store<f32>(y + lane(n, d.yPanel), 0)
}
