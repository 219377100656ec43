import { describe, expect, test } from 'vitest'
import { type Picture, preparePicture } from './picture.ts'

/** A rectangle of ink on an even ground. */
function drawing(
  width: number,
  height: number,
  ink: number,
  ground: number,
  box: [number, number, number, number],
): Picture {
  const [left, top, right, bottom] = box
  const pixels = Float32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return x >= left && x < right && y >= top && y < bottom ? ink : ground
  })
  return { width, height, pixels }
}

/** Left, top, right and bottom of what is lighter than half. */
function boundsOf(pixels: Float32Array): number[] {
  const light = [...pixels.keys()].filter((at) => pixels[at] > 0.5)
  const xs = light.map((at) => at % 28)
  const ys = light.map((at) => Math.floor(at / 28))
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1]
}

describe('preparePicture', () => {
  test('takes 28 × 28, light on dark, as it is', () => {
    const picture = drawing(28, 28, 0.7, 0.1, [3, 4, 9, 20])
    expect(preparePicture(picture)).toEqual({ pixels: picture.pixels, notes: [] })
  })

  test('inverts dark on light, and says so', () => {
    const { pixels, notes } = preparePicture(drawing(28, 28, 0, 1, [3, 4, 9, 20]))
    expect(boundsOf(pixels)).toEqual([3, 4, 9, 20])
    expect(notes).toEqual(['dark on light: inverted'])
  })

  test('leaves light and dark alone when told to', () => {
    const picture = drawing(28, 28, 0, 1, [3, 4, 9, 20])
    expect(preparePicture(picture, { invert: false })).toEqual({ pixels: picture.pixels, notes: [] })
  })

  test('fits a drawing of another size into 20 × 20 and centres it', () => {
    const { pixels, notes } = preparePicture(drawing(200, 300, 0.2, 0.9, [10, 20, 60, 120]))
    const [left, top, right, bottom] = boundsOf(pixels)
    expect([right - left, bottom - top]).toEqual([10, 20])
    expect([left, top]).toEqual([10, 5])
    expect(pixels[14 * 28 + 14]).toBeCloseTo(1)
    expect(pixels[0]).toBe(0)
    expect(notes).toEqual([
      'dark on light: inverted',
      'resized from 200 × 300: the drawing fitted into 20 × 20 and centred in 28 × 28',
    ])
  })

  test('enlarges a small drawing', () => {
    const { pixels } = preparePicture(drawing(8, 8, 1, 0, [2, 1, 4, 5]))
    const [left, top, right, bottom] = boundsOf(pixels)
    expect([right - left, bottom - top]).toEqual([10, 20])
    expect([left, top]).toEqual([10, 5])
  })

  test('says that nothing is drawn', () => {
    const { pixels, notes } = preparePicture(drawing(40, 40, 1, 1, [0, 0, 1, 1]))
    expect(Math.max(...pixels)).toBe(0)
    expect(notes).toEqual(['dark on light: inverted', 'resized from 40 × 40; nothing is drawn on it'])
  })
})
