// exp and log of our own: the same bits on every runtime, since only + − × ÷ and moves of bits are used.

import { madd, nmadd } from './arithmetic'

/** ln 2 in two parts, the first with zeros at its end, so that n · LN2_HIGH is exact for the n that occur. */
const LN2_HIGH: f64 = 6.93147180369123816490e-1
const LN2_LOW: f64 = 1.90821492927058770002e-10

/** exp(x) for x ≤ 0, within 1 ulp. The reduction and the rational are FreeBSD's e_exp.c (Sun Microsystems 1993). */
export function exp(x: f64): f64 {
  if (x < -708) return 0
  const n = nearest(x * 1.44269504088896338700)
  const high = x - n * LN2_HIGH
  const low = n * LN2_LOW
  const r = high - low
  const t = r * r
  const p: f64 =
    t * (1.66666666666666019037e-1 +
    t * (-2.77777777770155933842e-3 +
    t * (6.61375632143793436117e-5 +
    t * (-1.65339022054652515390e-6 +
    t * 4.13813679705723846039e-8))))
  const c = r - p
  const y = 1 - (low - (r * c) / (2 - c) - high)
  return y * reinterpret<f64>((<i64>n + 1023) << 52)
}

/** log(x) for normal x > 0, within 1 ulp: FreeBSD's e_log.c (Sun Microsystems 1993). */
export function log(x: f64): f64 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN
  const bits = reinterpret<u64>(x)
  // x = 2^n (1 + f), √½ < 1 + f < √2
  const shifted = bits + (0x3ff0000000000000 - 0x3fe6a09e00000000)
  const n = <f64>(<i64>(shifted >> 52) - 1023)
  const f = reinterpret<f64>((shifted & 0x000fffffffffffff) + 0x3fe6a09e00000000) - 1
  const half = 0.5 * f * f
  const s = f / (2 + f)
  const z = s * s
  const w = z * z
  const even = w * (3.999999999940941908e-1 + w * (2.222219843214978396e-1 + w * 1.531383769920937332e-1))
  const odd = z * (6.666666666666735130e-1 + w * (2.857142874366239149e-1 + w * (1.818357216161805012e-1 + w * 1.479819860511658591e-1)))
  return s * (half + odd + even) + n * LN2_LOW - half + f + n * LN2_HIGH
}

/** log(1 + x) for 0 ≤ x ≤ 1. */
export function log1p(x: f64): f64 {
  const u = 1 + x
  // what the rounding of 1 + x has lost
  return log(u) + (x - (u - 1)) / u
}

// exp on four lanes: x = n ln 2 + r, |r| ≤ ½ ln 2, e^r by its Taylor polynomial of degree 7, scaled by 2^n
const CONSTANTS = memory.data<f32>([
  1.44269504, 0.693359375, -2.12194440e-4,
  1.9841270e-4, 1.3888889e-3, 8.3333333e-3, 4.1666667e-2, 1.6666667e-1, 0.5, 1,
  -87.33654,
])

@inline
function constant(index: usize): v128 {
  return v128.load32_splat(CONSTANTS + (index << 2))
}

/** exp(x) for x ≤ 0 on four lanes, within 2 ulp; 0 below −87.3, where the result would be subnormal. */
export function expLanes(x: v128): v128 {
  const n = f32x4.nearest(f32x4.mul(x, constant(0)))
  const r = nmadd(n, constant(2), nmadd(n, constant(1), x))
  let p = madd(constant(3), r, constant(4))
  p = madd(p, r, constant(5))
  p = madd(p, r, constant(6))
  p = madd(p, r, constant(7))
  p = madd(p, r, constant(8))
  p = madd(p, r, constant(9))
  p = madd(p, r, constant(9))
  const scaled = i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(n), 23))
  return v128.andnot(scaled, f32x4.lt(x, constant(10)))
}
