import { describe, expect, test } from 'vitest'
import { areFeatureSettings, Featuriser, featuresAt, featuresOf } from './features.ts'
import { tone, word } from './testing.ts'

const settings = featuresAt(8000, 40)
const featuriser = new Featuriser(settings)

test('windows of 32 ms every 25 ms', () => {
  expect(settings).toEqual({ rate: 8000, window: 256, hop: 200, bands: 40 })
  expect(featuresOf(new Float32Array(8000), featuriser)).toHaveLength(
    40 * (Math.floor((8000 - 256) / 200) + 1),
  )
})

/** By the definitions, with sums in place of a fast transform and Math's functions. */
function bandsOf(samples: Float32Array, { rate, window, bands }: typeof settings, size: number): number[] {
  const mel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700)
  const hertz = (value: number) => 700 * (10 ** (value / 2595) - 1)
  const [low, high] = [mel(20), mel(rate / 2)]
  const corner = (n: number) => hertz(low + ((high - low) * n) / (bands + 1))
  const energies = Array.from({ length: size / 2 + 1 }, (_, bin) => {
    let [real, imaginary] = [0, 0]
    for (let n = 0; n < window; n++) {
      const hann = (2 / window) * (1 - Math.cos((2 * Math.PI * (n + 0.5)) / window))
      real += samples[n] * hann * Math.cos((2 * Math.PI * bin * n) / size)
      imaginary += samples[n] * hann * Math.sin((2 * Math.PI * bin * n) / size)
    }
    return real ** 2 + imaginary ** 2
  })
  return Array.from({ length: bands }, (_, band) => {
    const [left, middle, right] = [corner(band), corner(band + 1), corner(band + 2)]
    const weights = energies.map((_, bin) => {
      const at = (bin * rate) / size
      return Math.max(0, Math.min((at - left) / (middle - left), (right - at) / (right - middle)))
    })
    const sum = weights.some((weight) => weight > 0)
      ? energies.reduce((total, energy, bin) => total + weights[bin] * energy, 0)
      : energies[Math.round((middle * size) / rate)]
    return Math.log(sum + 1e-8)
  })
}

describe('the numbers of a step', () => {
  test.each([
    [settings, 256],
    [{ rate: 16000, window: 400, hop: 160, bands: 23 }, 512],
  ])('are what the definitions say: %j', (given, size) => {
    const samples = word('up', 1, given.rate)
    const steps = featuresOf(samples, new Featuriser(given))
    const { hop, bands } = given
    for (const step of [0, 3]) {
      const expected = bandsOf(samples.subarray(step * hop), given, size)
      for (let band = 0; band < bands; band++)
        expect(steps[step * bands + band]).toBeCloseTo(expected[band], 4)
    }
  })

  test('a tone is loudest in its band, higher tones in higher bands', () => {
    const loudest = [200, 500, 1000, 2000, 3500].map((hertz) => {
      const step = featuresOf(tone(hertz, 0.032), featuriser)
      return step.indexOf(Math.max(...step))
    })
    expect(loudest).toEqual(loudest.toSorted((one, other) => one - other))
    expect(new Set(loudest).size).toBe(5)
  })
})

test('piece by piece they are the same as whole', () => {
  const samples = word('down', 2)
  const whole = featuresOf(samples, featuriser)
  for (const size of [1, 77, 256, 1000]) {
    const other = new Featuriser(settings)
    const steps: number[] = []
    for (let at = 0; at < samples.length; at += size) steps.push(...other.push(samples.slice(at, at + size)))
    steps.push(...other.flush())
    expect(Float32Array.from(steps)).toEqual(whole)
  }
})

test('a recording shorter than a window has one step', () => {
  expect(featuresOf(tone(500, 0.01), featuriser)).toHaveLength(40)
  expect(featuresOf(tone(500, 0.01), featuriser)).toEqual(featuresOf(tone(500, 0.01), featuriser))
})

test('what a file says of them is checked', () => {
  expect(areFeatureSettings(settings)).toBe(true)
  for (const wrong of [{ hop: 0 }, { bands: 2.5 }, { rate: '8000' }, { window: 1e9 }, { bands: undefined }])
    expect(areFeatureSettings({ ...settings, ...wrong })).toBe(false)
  expect(areFeatureSettings(null)).toBe(false)
})
