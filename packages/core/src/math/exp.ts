import { factorial, horner, LN2_HIGH, LN2_LOW, log } from './elementary.ts'

/** 1/2!, 1/3!, … 1/14! */
const EXP_TERMS = Array.from({ length: 13 }, (_, i) => 1 / factorial(i + 2))
/** eˣ. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return x
  if (x > 709.782712893384) return Number.POSITIVE_INFINITY
  if (x < -745.1332191019412) return 0
  const k = Math.round(x / (LN2_HIGH + LN2_LOW))
  const high = x - k * LN2_HIGH
  const low = k * LN2_LOW
  const r = high - low
  const y = 1 + (high + (r * r * horner(EXP_TERMS, r) - low))
  // 2ᵏ in two factors, as it may itself be below the smallest normal number or above the largest
  const half = Math.trunc(k / 2)
  return y * powerOfTwo(half) * powerOfTwo(k - half)
}

/** base to any power, for a base of at least 0. */
export function pow(base: number, exponent: number): number {
  if (exponent === 0) return 1
  return base === 0 && exponent > 0 ? 0 : exp(exponent * log(base))
}

const bits = new DataView(new ArrayBuffer(8))

/** 2ᵏ for −1022 ≤ k ≤ 1023. */
function powerOfTwo(k: number): number {
  bits.setInt32(0, (k + 1023) << 20)
  return bits.getFloat64(0)
}
