// log, sin and cos, and in `exp.ts` exp, in float64 from + − × ÷ and the bits of a number alone, so that they give the same bits on every
// runtime: Math.exp and its kin differ between versions of V8, and what reaches a weight may not. Within 1–2 ulp.
//
// Each reduces its argument to a short interval around 0 with a constant split in parts (Cody & Waite 1980), there sums
// the Taylor series by Horner's rule until the next term is below half an ulp, and adds the largest terms last.

const bits = new DataView(new ArrayBuffer(8))

/** ln 2 = LN2_HIGH + LN2_LOW; LN2_HIGH has 32 bits, so its product with an exponent is exact. */
export const LN2_HIGH = 0.6931471803691238
export const LN2_LOW = 1.9082149292705877e-10

/** π/2 in parts of 33, 33 and 53 bits: the products of the first two with a number below 2²⁰ are exact. */
const HALF_PI_1 = 1.5707963267341256
const HALF_PI_2 = 6.077100506303966e-11
const HALF_PI_3 = 2.0222662487959506e-21
const LARGEST_ANGLE = 2 ** 20

/** 2/3, 2/5, … 2/25: log((1 + s)/(1 − s)) = 2s + s·(2/3 s² + 2/5 s⁴ + …) */
const LOG_TERMS = Array.from({ length: 12 }, (_, i) => 2 / (2 * i + 3))
/** −1/3!, 1/5!, … 1/21! */
const SIN_TERMS = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? -1 : 1) / factorial(2 * i + 3))
/** 1/4!, −1/6!, … 1/20! */
const COS_TERMS = Array.from({ length: 9 }, (_, i) => (i % 2 === 0 ? 1 : -1) / factorial(2 * i + 4))

/** Natural logarithm. */
export function log(x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY
  if (!(x > 0)) return Number.NaN
  if (x === Number.POSITIVE_INFINITY) return x
  if (x < 2 ** -1022) return log(x * 2 ** 54) - 54 * (LN2_HIGH + LN2_LOW)
  bits.setFloat64(0, x)
  const highWord = bits.getInt32(0)
  let exponent = (highWord >>> 20) - 1023
  bits.setInt32(0, (highWord & 0xfffff) | (1023 << 20))
  let mantissa = bits.getFloat64(0)
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent++
  }
  const f = mantissa - 1
  const s = f / (2 + f)
  const z = s * s
  // 2s = f − f²/2 + s·f²/2, of which the first two terms are exact or nearly so
  const halfSquare = (f * f) / 2
  return (
    exponent * LN2_HIGH -
    (halfSquare - (s * (halfSquare + z * horner(LOG_TERMS, z)) + exponent * LN2_LOW) - f)
  )
}

/** Sine of an angle of at most 2²⁰ in size; NaN beyond. */
export function sin(x: number): number {
  const { quadrant, r, tail } = reduce(x)
  return [sinNear0, cosNear0, negative(sinNear0), negative(cosNear0)][quadrant](r, tail)
}

/** Cosine of an angle of at most 2²⁰ in size; NaN beyond. */
export function cos(x: number): number {
  const { quadrant, r, tail } = reduce(x)
  return [cosNear0, negative(sinNear0), negative(cosNear0), sinNear0][quadrant](r, tail)
}

/** base to a whole power of at least 0, by repeated squaring. */
export function power(base: number, exponent: number): number {
  if (!Number.isSafeInteger(exponent) || exponent < 0)
    throw new RangeError(`the exponent must be a whole number of at least 0; got ${exponent}`)
  let result = 1
  for (let square = base, rest = exponent; rest > 0; rest = Math.floor(rest / 2), square *= square) {
    if (rest % 2 === 1) result *= square
  }
  return result
}

/** x = (quadrant + 4n)·π/2 + r + tail, |r| ≤ π/4, tail below the last bit of r. */
function reduce(x: number): { quadrant: number; r: number; tail: number } {
  if (!(Math.abs(x) <= LARGEST_ANGLE)) return { quadrant: 0, r: Number.NaN, tail: 0 }
  const k = Math.round(x / (HALF_PI_1 + HALF_PI_2))
  const first = x - k * HALF_PI_1
  const second = first - k * HALF_PI_2
  const rest = first - second - k * HALF_PI_2 - k * HALF_PI_3
  const r = second + rest
  return { quadrant: ((k % 4) + 4) % 4, r, tail: second - r + rest }
}

type NearZero = (r: number, tail: number) => number

const sinNear0: NearZero = (r, tail) => {
  const z = r * r
  return r + (r * z * horner(SIN_TERMS, z) + tail * (1 - z / 2))
}

const cosNear0: NearZero = (r, tail) => {
  const z = r * r
  const start = 1 - z / 2
  return start + (1 - start - z / 2 + (z * z * horner(COS_TERMS, z) - r * tail))
}

function negative(f: NearZero): NearZero {
  return (r, tail) => -f(r, tail)
}

/** terms[0] + terms[1]·x + terms[2]·x² + … */
export function horner(terms: readonly number[], x: number): number {
  let sum = 0
  for (let i = terms.length - 1; i >= 0; i--) sum = sum * x + terms[i]
  return sum
}

export function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}
