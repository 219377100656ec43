import { describe, expect, test } from 'vitest'
import { Resampler, resample } from './resample.ts'
import { tone } from './testing.ts'

/** The largest difference, the ends apart, where what lies beyond is taken for silence. */
function difference(one: Float32Array, other: Float32Array, edge: number): number {
  let most = 0
  for (let n = edge; n < Math.min(one.length, other.length) - edge; n++)
    most = Math.max(most, Math.abs(one[n] - other[n]))
  return most
}

describe('resample', () => {
  test.each([
    [16000, 8000],
    [44100, 16000],
    [48000, 8000],
    [8000, 16000],
    [11025, 8000],
  ])('%d to %d: a tone stays that tone', (from, to) => {
    const changed = resample(tone(440, 0.5, from), from, to)
    expect(Math.abs(changed.length - 0.5 * to)).toBeLessThanOrEqual(1)
    expect(difference(changed, tone(440, 0.5, to), 100)).toBeLessThan(2e-3)
  })

  test('what the lower rate cannot hold is gone, not folded back', () => {
    const changed = resample(tone(6000, 0.5, 16000), 16000, 8000)
    expect(Math.max(...changed.subarray(100, 3900).map(Math.abs))).toBeLessThan(2e-3)
  })

  test('coarsely it is a tone as well', () => {
    const changed = resample(tone(440, 0.5, 8000), 8800, 8000, true)
    expect(difference(changed, tone(484, 0.5 / 1.1, 8000), 100)).toBeLessThan(2e-2)
  })

  test('the same rate is left alone', () => {
    const samples = tone(440, 0.1)
    expect(resample(samples, 8000, 8000)).toBe(samples)
  })

  test('piece by piece it is the same as whole', () => {
    const samples = tone(440, 0.3, 44100)
    const whole = resample(samples, 44100, 8000)
    for (const size of [1, 7, 1000]) {
      const resampler = new Resampler(44100, 8000)
      const parts: number[] = []
      for (let at = 0; at < samples.length; at += size)
        parts.push(...resampler.push(samples.slice(at, at + size)))
      parts.push(...resampler.flush())
      expect(Float32Array.from(parts)).toEqual(whole)
    }
  })
})
