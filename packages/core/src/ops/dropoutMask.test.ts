import { describe, expect, it } from 'vitest'
import { philox } from '../random/philox.ts'
import { dropoutThreshold, evaluateDropoutMask } from './dropoutMask.ts'

/** A mask [B, T, N] for a seed and a step of training. */
function maskOf({
  shape = [3, 4, 5],
  seed = [9, 1],
  step = [6, 2],
  rate = 0.4,
  stream = 8,
} = {}): Float64Array {
  const generator = { shape: [4], data: Float64Array.of(...seed, ...step) }
  const mask = { shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) }
  evaluateDropoutMask({ generator, like: mask }, { mask }, { rate, stream, perStep: true })
  return mask.data
}

describe('dropoutMask', () => {
  it('is the documented function of seed, step, stream and element', () => {
    const element = (2 * 4 + 1) * 5 + 3
    const words = new Uint32Array(4)
    philox(Uint32Array.of(Math.floor(element / 4), 8, 6, 2), Uint32Array.of(9, 1), words)
    const expected = words[element % 4] >= dropoutThreshold(0.4) ? Math.fround(1 / 0.6) : 0
    expect(maskOf()[element]).toBe(expected)
  })

  it('gives a row the same entries in a short batch', () => {
    expect(maskOf({ shape: [2, 4, 5] })).toEqual(maskOf().subarray(0, 40))
  })

  it('differs with seed, step and stream', () => {
    const others = [{ seed: [9, 0] }, { seed: [8, 1] }, { step: [5, 2] }, { step: [6, 1] }, { stream: 7 }]
    const masks = [{}, ...others].map((options) => maskOf(options).join())
    expect(new Set(masks).size).toBe(masks.length)
  })

  it('drops the given share and keeps the mean', () => {
    const mask = maskOf({ shape: [100, 10, 100], rate: 0.2 })
    const dropped = mask.filter((value) => value === 0).length / mask.length
    expect(dropped).toBeCloseTo(0.2, 2)
    expect(mask.reduce((a, b) => a + b, 0) / mask.length).toBeCloseTo(1, 2)
    expect(maskOf({ rate: 0 }).every((value) => value === 1)).toBe(true)
  })

  it('takes signed words as their bits', () => {
    expect(maskOf({ seed: [-2, -1] })).toEqual(maskOf({ seed: [2 ** 32 - 2, 2 ** 32 - 1] }))
  })
})
