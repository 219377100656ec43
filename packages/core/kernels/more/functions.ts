// Functions of one number in double precision, from + − × ÷ and our own exp and log: the same bits on every runtime.
import { exp, log } from '../exponential'

export { log }

/** exp(x) for any x. */
export function expAny(x: f64): f64 {
  return x > 709 ? Infinity : exp(x)
}

/** exp(x) − 1 without loss near 0 (Kahan's correction of the rounding of exp). */
export function expm1(x: f64): f64 {
  const u = expAny(x)
  if (u == 1) return x
  const difference = u - 1
  return difference == -1 || u == Infinity ? difference : (difference * x) / log(u)
}

/** log(1 + x) without loss near 0. */
export function logOnePlus(x: f64): f64 {
  const u = 1 + x
  return u == 1 || u == Infinity ? x : log(u) + (x - (u - 1)) / u
}

/** log(1 + exp(x)), without overflow. */
export function softplus(x: f64): f64 {
  return max(x, 0) + logOnePlus(exp(-abs(x)))
}

/** 2 / (2n + 1), for the terms of the series below. */
const RATIOS = memory.data<f64>([
  2, 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23, 2.0 / 25,
  2.0 / 27, 2.0 / 29, 2.0 / 31, 2.0 / 33, 2.0 / 35, 2.0 / 37, 2.0 / 39, 2.0 / 41, 2.0 / 43, 2.0 / 45, 2.0 / 47, 2.0 / 49,
  2.0 / 51, 2.0 / 53, 2.0 / 55, 2.0 / 57, 2.0 / 59, 2.0 / 61, 2.0 / 63, 2.0 / 65, 2.0 / 67, 2.0 / 69, 2.0 / 71, 2.0 / 73,
  2.0 / 75, 2.0 / 77, 2.0 / 79, 2.0 / 81, 2.0 / 83, 2.0 / 85, 2.0 / 87, 2.0 / 89, 2.0 / 91, 2.0 / 93, 2.0 / 95,
], 8)
const TERMS: i32 = 48

/**
 * 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)) (Abramowitz & Stegun 7.1.6): nothing cancels. To single precision, in
 * which it is ±1 from 4 on.
 */
export function erf(x: f64): f64 {
  if (abs(x) > 4) return x > 0 ? 1 : -1
  const square = x * x
  let term = x
  let sum = x
  for (let n = 1; n < TERMS && abs(term) > abs(sum) * 1e-10; n++) {
    term *= square * load<f64>(RATIOS + (n << 3))
    sum += term
  }
  return 1.1283791670955126 * exp(-square) * sum
}

/** aᵇ; a negative a has whole powers alone. */
export function power(a: f64, b: f64): f64 {
  if (b == 0) return 1
  if (a == 0) return b > 0 ? 0 : Infinity
  const size = expAny(b * log(abs(a)))
  if (a > 0) return size
  if (a != a || b != nearest(b)) return NaN
  return nearest(b / 2) * 2 == b ? size : -size
}
