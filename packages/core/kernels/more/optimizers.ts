// The other updates; `../update.ts` tells what all of them keep to.
import { Update, add, div, mul, sub } from '../update'

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
