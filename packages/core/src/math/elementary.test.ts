import { describe, expect, it } from 'vitest'
import { cos, log, power, sin } from './elementary.ts'
import { exp } from './exp.ts'

/** How many float64 steps lie between two numbers. */
function ulps(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0
  const order = (x: number) => {
    const view = new BigInt64Array(Float64Array.of(x).buffer)[0]
    return view < 0n ? -(view & 0x7fffffffffffffffn) : view
  }
  const distance = order(a) - order(b)
  return Number(distance < 0n ? -distance : distance)
}

function worst(own: (x: number) => number, theirs: (x: number) => number, from: number, to: number): number {
  let most = 0
  for (let i = 0; i <= 20_000; i++) {
    const x = from + ((to - from) * i) / 20_000
    most = Math.max(most, ulps(own(x), theirs(x)))
  }
  return most
}

// V8's own functions are good to 1 ulp, so ours may lie 2 from them
describe('elementary functions', () => {
  it('exp agrees with Math.exp', () => {
    expect(worst(exp, Math.exp, -1, 1)).toBeLessThanOrEqual(1)
    expect(worst(exp, Math.exp, -708, 709)).toBeLessThanOrEqual(2)
    expect(worst(exp, Math.exp, -745, -708)).toBeLessThanOrEqual(2)
  })

  it('log agrees with Math.log', () => {
    expect(worst(log, Math.log, 1e-9, 1)).toBeLessThanOrEqual(2)
    expect(worst(log, Math.log, 0.9, 1.1)).toBeLessThanOrEqual(2)
    expect(worst(log, Math.log, 1, 1e9)).toBeLessThanOrEqual(2)
    expect(
      worst(
        (x) => log(2 ** x),
        (x) => Math.log(2 ** x),
        -1074,
        1023,
      ),
    ).toBeLessThanOrEqual(2)
  })

  it('sin and cos agree with Math.sin and Math.cos, near multiples of π/2 too', () => {
    for (const [own, theirs] of [
      [sin, Math.sin],
      [cos, Math.cos],
    ]) {
      expect(worst(own, theirs, -8, 8)).toBeLessThanOrEqual(2)
      expect(worst(own, theirs, -1e6, 1e6)).toBeLessThanOrEqual(2)
      expect(
        worst(
          (k) => own((k * Math.PI) / 2),
          (k) => theirs((k * Math.PI) / 2),
          0,
          20_000,
        ),
      ).toBeLessThanOrEqual(2)
    }
  })

  it('treats the edges as Math does', () => {
    for (const x of [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 710, -746]) {
      expect(exp(x)).toBe(Math.exp(x))
    }
    for (const x of [0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(log(x)).toBe(Math.log(x))
    expect(cos(0)).toBe(1)
    expect(sin(0)).toBe(0)
    expect(sin(Number.POSITIVE_INFINITY)).toBeNaN()
    expect(cos(2 ** 21)).toBeNaN()
  })

  it('raises to whole powers', () => {
    expect(power(2, 0)).toBe(1)
    expect(power(2, 10)).toBe(1024)
    expect(power(-3, 3)).toBe(-27)
    expect(power(0.999, 100_000)).toBeCloseTo(0.999 ** 100_000, 15)
    expect(() => power(2, 0.5)).toThrow(/whole number/)
    expect(() => power(2, -1)).toThrow(/at least 0/)
  })
})
