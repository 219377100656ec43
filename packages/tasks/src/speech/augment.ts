import { math } from '@carousel/core'
import { resample } from './resample.ts'
import type { Sound } from './wav.ts'

/** How a recording is changed before it is learned from. Each is drawn evenly within its bounds. */
const BOUNDS = {
  /** Faster or slower, and so higher or lower, by this share. */
  speed: 0.15,
  /** Silence before and after, up to so many seconds; below 0: as much is cut off. */
  shift: [-0.02, 0.15],
  /** Louder or quieter, up to so many decibels. */
  gain: 9,
  /** White noise, so many decibels below the recording. */
  noise: [25, 65],
  /**
   * Some bands louder, others quieter, as with another microphone, room or voice: each of three smooth curves up to so many
   * decibels.
   */
  colour: 6.5,
  /** Neighbouring bands and steps that are hidden, up to these shares. */
  maskedBands: 0.15,
  maskedSteps: 0.1,
} as const

const between = (random: () => number, low: number, high: number): number => low + random() * (high - low)

/** Of decibels. */
const amplitudeOf = (decibels: number): number => math.exp((decibels * Math.LN10) / 20)

/** Another speed, a shift in time, another loudness, and noise. */
export function augmentSound({ samples, rate }: Sound, random: () => number): Float32Array {
  const speed = 1 + between(random, -BOUNDS.speed, BOUNDS.speed)
  const [before, after] = [0, 0].map(() => Math.round(between(random, ...BOUNDS.shift) * rate))
  const gain = amplitudeOf(between(random, -BOUNDS.gain, BOUNDS.gain))
  const level = amplitudeOf(-between(random, ...BOUNDS.noise))
  const changed = resample(samples, rate * speed, rate, true)
  const length = Math.max(1, before + changed.length + after)
  // Two even draws make a triangle, whose mean square is a sixth.
  const noise = level * Math.sqrt(6 * meanSquare(samples))
  const out = new Float32Array(length)
  for (let at = 0; at < length; at++) {
    const inside = at >= before && at - before < changed.length
    out[at] = gain * ((inside ? changed[at - before] : 0) + noise * (random() - random()))
  }
  return out
}

function meanSquare(samples: Float32Array): number {
  return samples.reduce((sum, value) => sum + value * value, 0) / samples.length
}

/**
 * Adds a smooth curve over the bands to every step: a slope, and two waves.
 *
 * @param features [steps × bands], logarithms of energies
 */
export function colourFeatures(features: Float32Array, bands: number, random: () => number): void {
  const decibel = Math.LN10 / 10
  const [slope, wide, narrow] = [0, 0, 0].map(() => decibel * between(random, -BOUNDS.colour, BOUNDS.colour))
  const phases = [0, 0].map(() => 2 * Math.PI * random())
  const curve = Float64Array.from({ length: bands }, (_, band) => {
    const place = band / bands
    const wave = (turns: number) => math.cos(2 * Math.PI * turns * place + phases[turns - 1])
    return slope * (2 * place - 1) + wide * wave(1) + narrow * wave(2)
  })
  for (let at = 0; at < features.length; at++) features[at] += curve[at % bands]
}

/**
 * Hides some bands and some steps (Park et al. 2019, SpecAugment).
 *
 * @param features [steps × bands], scaled, so that 0 is what is usual
 */
export function maskFeatures(features: Float32Array, bands: number, random: () => number): void {
  const steps = features.length / bands
  const [firstBand, endBand] = span(bands, BOUNDS.maskedBands, random)
  for (let step = 0; step < steps; step++) features.fill(0, step * bands + firstBand, step * bands + endBand)
  const [firstStep, endStep] = span(steps, BOUNDS.maskedSteps, random)
  features.fill(0, firstStep * bands, endStep * bands)
}

/** A part of `length`, of up to that share of it. */
function span(length: number, share: number, random: () => number): [first: number, end: number] {
  const size = Math.floor(random() * (length * share + 1))
  const first = Math.floor(random() * (length - size + 1))
  return [first, first + size]
}
