import { math } from '@carousel/core'
import FFT from 'fft.js'
import { isCount, isNumber, isRecord } from '../checks.ts'
import { isRate } from './wav.ts'

// A type, not an interface, so that it counts as JSON: it is kept in the model's file.

/** How sound becomes numbers that a network reads: the energies of mel bands, on a logarithmic scale. */
export type FeatureSettings = {
  /** Samples a second; sound of another rate is resampled. */
  rate: number
  /** Samples that one step looks at. */
  window: number
  /** Samples from one step to the next. */
  hop: number
  /** Mel bands: numbers of a step. */
  bands: number
}

/** Windows of 32 ms every 25 ms. */
export const featuresAt = (rate: number, bands: number): FeatureSettings => ({
  rate,
  window: Math.round(rate * 0.032),
  hop: Math.round(rate * 0.025),
  bands,
})

/** Is it what a file may say? A bound on the sizes keeps a file from asking for all memory. */
export function areFeatureSettings(value: unknown): value is FeatureSettings {
  if (!isRecord(value)) return false
  const { rate, window, hop, bands } = value
  return (
    [rate, window, hop].every(isCount) &&
    isRate(rate) &&
    isNumber(window, 4) &&
    window <= 65_536 &&
    isBandCount(bands)
  )
}

export const isBandCount = (value: unknown): value is number => isCount(value) && value <= 512

/** Energies below this are as good as none: about −80 dB of the loudest sound there is. */
export const FLOOR = 1e-8

/**
 * Sound piece by piece, steps out: step n has the logarithms of the mel bands' energies of the samples [n·hop, n·hop + window),
 * under Hann's window. The same bits on every runtime, however the sound is cut into pieces.
 */
export class Featuriser {
  readonly settings: FeatureSettings
  readonly #window: Float64Array
  readonly #filters: readonly Filter[]
  readonly #fft: FFT
  readonly #input: number[]
  readonly #spectrum: number[]
  /** Samples that the next steps still look at. */
  #kept = new Float32Array(0)
  #isEmpty = true

  constructor(settings: FeatureSettings) {
    const { rate, window, bands } = settings
    const size = powerOfTwoFrom(window)
    this.settings = settings
    this.#window = hann(window)
    this.#filters = melFilters(rate, size, bands)
    this.#fft = transformOf(size)
    this.#input = new Array(size).fill(0)
    this.#spectrum = this.#fft.createComplexArray()
  }

  /** The steps that end in these samples: [steps × bands]. */
  push(samples: Float32Array): Float32Array {
    const { window, hop, bands } = this.settings
    const whole = joined(this.#kept, samples)
    const steps = whole.length < window ? 0 : Math.floor((whole.length - window) / hop) + 1
    const out = new Float32Array(steps * bands)
    for (let step = 0; step < steps; step++) this.#step(whole, step * hop, out, step * bands)
    this.#kept = whole.slice(steps * hop)
    this.#isEmpty &&= steps === 0
    return out
  }

  /** The one step of a recording that was shorter than a window; else none, as less than a step is left. */
  flush(): Float32Array {
    const short = this.#isEmpty ? this.#kept : new Float32Array(0)
    const rest = short.length > 0 ? new Float32Array(this.settings.window - short.length) : short
    const last = this.push(rest)
    this.reset()
    return last
  }

  /** Begins a new recording. */
  reset(): void {
    this.#kept = new Float32Array(0)
    this.#isEmpty = true
  }

  #step(samples: Float32Array, from: number, out: Float32Array, at: number): void {
    const input = this.#input
    const spectrum = this.#spectrum
    for (let i = 0; i < this.#window.length; i++) input[i] = samples[from + i] * this.#window[i]
    this.#fft.realTransform(spectrum, input)
    for (let band = 0; band < this.#filters.length; band++) {
      const { first, weights } = this.#filters[band]
      let energy = FLOOR
      for (let i = 0; i < weights.length; i++) {
        const real = spectrum[2 * (first + i)]
        const imaginary = spectrum[2 * (first + i) + 1]
        energy += weights[i] * (real * real + imaginary * imaginary)
      }
      out[at + band] = math.log(energy)
    }
  }
}

/** All steps of a recording. */
export function featuresOf(samples: Float32Array, featuriser: Featuriser): Float32Array {
  featuriser.reset()
  const steps = featuriser.push(samples)
  return steps.length > 0 ? steps : featuriser.flush()
}

function powerOfTwoFrom(least: number): number {
  let size = 2
  while (size < least) size *= 2
  return size
}

function joined(one: Float32Array, other: Float32Array): Float32Array {
  if (one.length === 0) return other
  const whole = new Float32Array(one.length + other.length)
  whole.set(one)
  whole.set(other, one.length)
  return whole
}

/** Hann's window, scaled so that a sine of amplitude 1 in the middle of a bin has the energy 1 there. */
function hann(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => (2 / length) * (1 - math.cos((2 * Math.PI * (i + 0.5)) / length)),
  )
}

/** The library fills its table by Math.cos and Math.sin, whose last bits differ between runtimes. */
function transformOf(size: number): FFT {
  const fft = new FFT(size)
  for (let i = 0; i < 2 * size; i += 2) {
    fft.table[i] = math.cos((Math.PI * i) / size)
    fft.table[i + 1] = -math.sin((Math.PI * i) / size)
  }
  return fft
}

/** A triangle over bins of the spectrum, from bin `first` on. */
interface Filter {
  first: number
  weights: number[]
}

/** O'Shaughnessy's mel scale, 2595 log₁₀(1 + f/700), but for its factor: bands are evenly spaced in either. */
const melOf = (hertz: number): number => math.log(1 + hertz / 700)
const hertzOf = (mel: number): number => 700 * (math.exp(mel) - 1)

/** Triangles that overlap by half, evenly spaced in mel from 20 Hz to half the rate. */
function melFilters(rate: number, size: number, bands: number): Filter[] {
  const [low, high] = [melOf(20), melOf(rate / 2)]
  const corners = Array.from({ length: bands + 2 }, (_, i) => hertzOf(low + ((high - low) * i) / (bands + 1)))
  const hertz = (bin: number) => (bin * rate) / size
  return Array.from({ length: bands }, (_, band) => {
    const [left, middle, right] = corners.slice(band, band + 3)
    const bins = Array.from({ length: size / 2 + 1 }, (_, bin) => bin)
    const weight = (bin: number) =>
      Math.max(0, Math.min((hertz(bin) - left) / (middle - left), (right - hertz(bin)) / (right - middle)))
    const inside = bins.filter((bin) => weight(bin) > 0)
    // A band narrower than a bin takes the nearest one.
    if (inside.length === 0) return { first: Math.round((middle * size) / rate), weights: [1] }
    return { first: inside[0], weights: inside.map(weight) }
  })
}
