import { describe, expect, it } from 'vitest'
import { Generator } from './generator.ts'

const draws = (n: number, draw: () => number) => Array.from({ length: n }, draw)
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length

describe('Generator', () => {
  it('repeats itself for the same seed and stream, and for no other', () => {
    const first = (seed: number, stream?: number) => {
      const generator = new Generator(seed, stream)
      return draws(8, () => generator.uint32()).join()
    }
    expect(first(1, 2)).toBe(first(1, 2))
    expect(
      new Set([first(1, 2), first(2, 2), first(1, 3), first(1 + 2 ** 32, 2), first(1, 2 + 2 ** 32)]).size,
    ).toBe(5)
    expect(first(7)).toBe(first(7, 0))
  })

  it('keeps its bits', () => {
    const generator = new Generator(42, 7)
    expect(draws(5, () => generator.uint32())).toEqual([
      2464152777, 1467496075, 1556300720, 3325811832, 2532968644,
    ])
    expect(draws(3, () => generator.normal())).toEqual([
      1.1643771697167813, -0.9323622024759572, -0.2568036921551891,
    ])
    expect([...generator.permutation(8)]).toEqual([1, 2, 0, 3, 7, 4, 5, 6])
  })

  it('draws uniform numbers in [0, 1)', () => {
    const generator = new Generator(3)
    const values = draws(100_000, () => generator.uniform())
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(mean(values)).toBeCloseTo(0.5, 2)
    expect(mean(values.map((value) => (value - 0.5) ** 2))).toBeCloseTo(1 / 12, 2)
  })

  it('draws normal numbers', () => {
    const generator = new Generator(4)
    const values = draws(100_000, () => generator.normal())
    expect(mean(values)).toBeCloseTo(0, 1)
    expect(mean(values.map((value) => value ** 2))).toBeCloseTo(1, 1)
    expect(mean(values.map((value) => (Math.abs(value) < 1.959964 ? 1 : 0)))).toBeCloseTo(0.95, 2)
  })

  it('permutes without favour', () => {
    const generator = new Generator(5)
    const counts = new Map<string, number>()
    for (let i = 0; i < 24_000; i++) {
      const order = generator.permutation(4).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(24)
    // chi-squared with 23 degrees of freedom stays below 49.7 with probability 0.999
    const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
    expect(chiSquared).toBeLessThan(49.7)
    expect([...generator.permutation(0)]).toEqual([])
  })

  it('refuses what is no whole number', () => {
    expect(() => new Generator(-1)).toThrow(/seed must be a whole number.*got -1/)
    expect(() => new Generator(1, 0.5)).toThrow(/stream must be a whole number/)
    expect(() => new Generator(2 ** 53)).toThrow(/seed/)
    expect(() => new Generator(1).below(0)).toThrow(/n must be/)
  })
})
