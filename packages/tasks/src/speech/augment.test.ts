import { expect, test } from 'vitest'
import { generator } from '../random.ts'
import { augmentSound, colourFeatures, maskFeatures } from './augment.ts'
import { word } from './testing.ts'

const sound = { rate: 8000, samples: word('up', 1) }

test('a seed decides how a recording is changed; another changes it otherwise', () => {
  const once = augmentSound(sound, generator(1))
  expect(augmentSound(sound, generator(1))).toEqual(once)
  expect(augmentSound(sound, generator(2))).not.toEqual(once)
  expect(sound.samples).toEqual(word('up', 1))
})

test('it stays within its bounds', () => {
  const { length } = sound.samples
  const lengths = Array.from({ length: 200 }, (_, seed) => augmentSound(sound, generator(seed)).length)
  // 15 % faster or slower, and on either side up to 0.02 s less or 0.15 s more; rounded
  const [least, most] = [length / 1.15 - 0.04 * 8000 - 2, length / 0.85 + 0.3 * 8000 + 2]
  expect(Math.min(...lengths)).toBeGreaterThan(least)
  expect(Math.max(...lengths)).toBeLessThan(most)
  // and most of what lies between is drawn
  expect(Math.max(...lengths) - Math.min(...lengths)).toBeGreaterThan(0.6 * (most - least))
  expect(new Set(lengths).size).toBeGreaterThan(100)
})

test('another colour is one curve over the bands, the same for all steps', () => {
  const features = new Float32Array(5 * 40)
  colourFeatures(features, 40, generator(1))
  const first = features.slice(0, 40)
  for (let step = 1; step < 5; step++) expect(features.slice(step * 40, (step + 1) * 40)).toEqual(first)
  // three curves of up to 6.5 dB each
  expect(Math.max(...first.map(Math.abs))).toBeLessThanOrEqual((3 * 6.5 * Math.LN10) / 10)
  expect(new Set(first).size).toBeGreaterThan(20)
})

test('masks hide whole bands and whole steps, and leave most', () => {
  for (let seed = 0; seed < 50; seed++) {
    const features = new Float32Array(30 * 40).fill(1)
    maskFeatures(features, 40, generator(seed))
    const hidden = (at: number) => features[at] === 0
    const bands = Array.from({ length: 40 }, (_, band) => band).filter((band) =>
      Array.from({ length: 30 }, (_, step) => step * 40 + band).every(hidden),
    )
    const steps = Array.from({ length: 30 }, (_, step) => step).filter((step) =>
      Array.from({ length: 40 }, (_, band) => step * 40 + band).every(hidden),
    )
    const zeros = features.filter((value) => value === 0).length
    expect(zeros).toBe(bands.length * 30 + steps.length * 40 - bands.length * steps.length)
    expect(bands.length).toBeLessThanOrEqual(0.15 * 40)
    expect(steps.length).toBeLessThanOrEqual(0.1 * 30)
  }
})
