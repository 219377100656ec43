// Adam and its kin; `update.ts` tells what all updates keep to.
import { Update, add, div, mul, sub } from './update'
import { PAIR, high, low, put } from './vectors'

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
