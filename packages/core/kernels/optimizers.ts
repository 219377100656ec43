// Updates in place. A parameter, its gradient and its slots lie alike. Every operation is rounded by itself, in this
// order, in all binaries: the work waits for memory and divisions anyway. Pads are zero and stay so.
// Split: panels.
import { high, low, PAIR, put } from './vectors'

@unmanaged
class Update {
  /** Bytes of a panel, and from panel to panel. */
  panel: usize
  parameter: usize
  gradient: usize
  /** Slots, 0 where absent. sgd: momentum. rmsprop: velocity, momentum, average. adam: m, v, vMax. */
  slot0: usize
  slot1: usize
  slot2: usize
  /** f32 numbers, as `ops/optimizers/` lists them. */
  hyper: usize
  nesterov: i32
}

@inline
function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b)
}

@inline
function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b)
}

@inline
function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b)
}

@inline
function div(a: v128, b: v128): v128 {
  return f32x4.div(a, b)
}

/** w −= λ g, or m = μ m − λ g and w += m, or w += μ m − λ g (Nesterov). */
export function sgd(address: usize, from: i32, to: i32): void {
  const d = changetype<Update>(address)
  const rate = v128.load32_splat(d.hyper)
  const momentum = v128.load32_splat(d.hyper, 4)
  for (let at = from * d.panel; at < to * d.panel; at += 16) {
    const w = d.parameter + at
    const step = mul(rate, v128.load(d.gradient + at))
    if (d.slot0) {
      const m = sub(mul(momentum, v128.load(d.slot0 + at)), step)
      v128.store(d.slot0 + at, m)
      v128.store(w, add(v128.load(w), d.nesterov ? sub(mul(momentum, m), step) : m))
    } else v128.store(w, sub(v128.load(w), step))
  }
}

/** v = ρ v + (1 − ρ) g², step = λ g / √(v − a² + ε); with momentum m = μ m + step, w −= m. */
export function rmsprop(address: usize, from: i32, to: i32): void {
  const d = changetype<Update>(address)
  const rate = v128.load32_splat(d.hyper)
  const rho = v128.load32_splat(d.hyper, 4)
  const oneMinusRho = v128.load32_splat(d.hyper, 8)
  const momentum = v128.load32_splat(d.hyper, 12)
  const epsilon = v128.load32_splat(d.hyper, 16)
  for (let at = from * d.panel; at < to * d.panel; at += 16) {
    const g = v128.load(d.gradient + at)
    let v = add(mul(rho, v128.load(d.slot0 + at)), mul(oneMinusRho, mul(g, g)))
    v128.store(d.slot0 + at, v)
    if (d.slot2) {
      const a = add(mul(rho, v128.load(d.slot2 + at)), mul(oneMinusRho, g))
      v128.store(d.slot2 + at, a)
      v = sub(v, mul(a, a))
    }
    let step = div(mul(rate, g), f32x4.sqrt(add(v, epsilon)))
    if (d.slot1) {
      step = add(mul(momentum, v128.load(d.slot1 + at)), step)
      v128.store(d.slot1 + at, step)
    }
    v128.store(d.parameter + at, sub(v128.load(d.parameter + at), step))
  }
}

/** w −= w · decay, m += (g − m)(1 − β₁), v += (g² − v)(1 − β₂), w −= α m / (√v + ε), or √vMax with amsgrad. */
export function adam(address: usize, from: i32, to: i32): void {
  const d = changetype<Update>(address)
  const alpha = v128.load32_splat(d.hyper)
  const meanRate = v128.load32_splat(d.hyper, 4)
  const varianceRate = v128.load32_splat(d.hyper, 8)
  const epsilon = v128.load32_splat(d.hyper, 12)
  const decay = v128.load32_splat(d.hyper, 16)
  const end = d.parameter + to * d.panel
  const gradient = d.gradient - d.parameter
  const mean = d.slot0 - d.parameter
  const variance = d.slot1 - d.parameter
  const largest = d.slot2 ? d.slot2 - d.parameter : 0
  for (let w = d.parameter + from * d.panel; w < end; w += PAIR) {
    const g0 = low(w + gradient)
    const g1 = high(w + gradient)
    let m0 = low(w + mean)
    let m1 = high(w + mean)
    let v0 = low(w + variance)
    let v1 = high(w + variance)
    m0 = add(m0, mul(sub(g0, m0), meanRate))
    m1 = add(m1, mul(sub(g1, m1), meanRate))
    v0 = add(v0, mul(sub(mul(g0, g0), v0), varianceRate))
    v1 = add(v1, mul(sub(mul(g1, g1), v1), varianceRate))
    put(w + mean, m0, m1)
    put(w + variance, v0, v1)
    if (largest) {
      v0 = f32x4.pmax(low(w + largest), v0)
      v1 = f32x4.pmax(high(w + largest), v1)
      put(w + largest, v0, v1)
    }
    const w0 = low(w)
    const w1 = high(w)
    put(
      w,
      sub(sub(w0, mul(w0, decay)), div(mul(m0, alpha), add(f32x4.sqrt(v0), epsilon))),
      sub(sub(w1, mul(w1, decay)), div(mul(m1, alpha), add(f32x4.sqrt(v1), epsilon))),
    )
  }
}
