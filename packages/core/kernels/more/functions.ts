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

/** 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1)) (Abramowitz & Stegun 7.1.6): nothing cancels. */
export function erf(x: f64): f64 {
  if (abs(x) > 6) return x > 0 ? 1 : -1
  let term = x
  let sum = x
  for (let n = 1; abs(term) > abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / <f64>(2 * n + 1)
    sum += term
  }
  return 1.1283791670955126 * exp(-x * x) * sum
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
