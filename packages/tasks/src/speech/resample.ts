import { math } from '@carousel/core'

/** Zero crossings of the kernel to either side: more are sharper and slower. */
const FINE = 16
/** For sound that is only to be varied. */
const COARSE = 6
/** Where the passed band ends, as a share of the lower rate's half. */
const ROLLOFF = 0.94
/** The kernel is tabulated at so many places between two crossings, and straight lines are drawn between them. */
const FINENESS = 256

/** Sound at another rate, as a whole. @param coarse whether speed counts for more than how sharply the band ends */
export function resample(samples: Float32Array, from: number, to: number, coarse = false): Float32Array {
  if (from === to) return samples
  const resampler = new Resampler(from, to, coarse)
  const parts = [resampler.push(samples), resampler.flush()]
  const whole = new Float32Array(parts[0].length + parts[1].length)
  whole.set(parts[0])
  whole.set(parts[1], parts[0].length)
  return whole
}

/**
 * Another rate for sound that comes piece by piece: band-limited interpolation (J. O. Smith, "Digital audio resampling").
 * What comes out does not depend on how the sound was cut into pieces, and has the same bits on every runtime. The libraries
 * there are give other bits on other runtimes, take whole recordings alone, or weigh megabytes.
 */
export class Resampler {
  readonly #step: number
  /** The lower of both rates, in units of the one that comes in: what is above its half has to go. */
  readonly #cut: number
  readonly #reach: number
  readonly #kernel: Float64Array
  /** Of what came in: the samples that are still of use, and the place of the first of them in the whole. */
  #kept = new Float32Array(0)
  #first = 0
  /** How many have gone out. */
  #given = 0

  /** Rates in samples a second. */
  constructor(from: number, to: number, coarse = false) {
    const crossings = coarse ? COARSE : FINE
    this.#kernel = coarse ? COARSE_KERNEL : FINE_KERNEL
    this.#step = from / to
    this.#cut = Math.min(1, to / from) * ROLLOFF
    this.#reach = crossings / this.#cut
  }

  /** All that can be told with these samples, which may lag behind by the reach of the kernel. */
  push(samples: Float32Array): Float32Array {
    const kept = new Float32Array(this.#kept.length + samples.length)
    kept.set(this.#kept)
    kept.set(samples, this.#kept.length)
    this.#kept = kept
    return this.#take(this.#first + kept.length - this.#reach)
  }

  /** The rest, as if silence followed. */
  flush(): Float32Array {
    return this.#take(this.#first + this.#kept.length)
  }

  /** Those whose place in what came in is below `end`. */
  #take(end: number): Float32Array {
    const count = Math.max(0, Math.ceil(end / this.#step) - this.#given)
    const out = new Float32Array(count)
    for (let n = 0; n < count; n++) out[n] = this.#at((this.#given + n) * this.#step)
    this.#given += count
    this.#forget(Math.floor(this.#given * this.#step - this.#reach) - this.#first)
    return out
  }

  /** Lets go of the first so many samples that are kept. */
  #forget(count: number): void {
    if (count <= 0) return
    this.#kept = this.#kept.slice(count)
    this.#first += count
  }

  #at(place: number): number {
    const kept = this.#kept
    const kernel = this.#kernel
    const low = Math.max(0, Math.ceil(place - this.#reach) - this.#first)
    const high = Math.min(kept.length - 1, Math.floor(place + this.#reach) - this.#first)
    const scale = this.#cut * FINENESS
    let sum = 0
    for (let i = low; i <= high; i++) {
      const at = Math.abs(place - i - this.#first) * scale
      const index = Math.floor(at)
      sum += kept[i] * (kernel[index] + (at - index) * (kernel[index + 1] - kernel[index]))
    }
    return sum * this.#cut
  }
}

/** sin πx / πx under Hann's window, at x = 0, 1/256, … and one place beyond the end. */
const kernelOf = (crossings: number): Float64Array =>
  Float64Array.from({ length: crossings * FINENESS + 2 }, (_, i) => {
    const x = i / FINENESS
    if (x >= crossings) return 0
    const window = 0.5 + 0.5 * math.cos((Math.PI * x) / crossings)
    return i === 0 ? 1 : (math.sin(Math.PI * x) / (Math.PI * x)) * window
  })

const FINE_KERNEL = kernelOf(FINE)
const COARSE_KERNEL = kernelOf(COARSE)
