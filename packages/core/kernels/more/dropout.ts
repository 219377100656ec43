// Masks of a counter-based generator: Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011). Each entry's 32 bits are a pure
// function of seed, step of the training, stream and place, so that threads, engines and resumes do not matter.
import { log } from '../exponential'

@unmanaged
class DropoutMask {
  /** Address of the count of steps of the mask: 1 where it serves all steps. */
  steps: usize
  columns: i32
  /** int32 [4]: seed low, seed high, step low, step high. */
  generator: usize
  /** Tells this mask from the program's others. */
  stream: u32
  /** An entry is kept where its bits are above this; keepAll: kept whatever they are (rate 0). */
  above: u32
  keepAll: i32
  /** What a kept entry becomes: 1 / (1 − rate). */
  kept: f32
  mask: usize
  maskPanel: usize
  maskStep: usize
}

const MULTIPLIER_0: u64 = 0xd2511f53
const MULTIPLIER_1: u64 = 0xcd9e8d57
const WEYL_0: u32 = 0x9e3779b9
const WEYL_1: u32 = 0xbb67ae85

/** The four words of a block, two in each. */
let low: u64 = 0
let high: u64 = 0

function philox(c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  for (let round = 0; round < 10; round++) {
    const p0 = MULTIPLIER_0 * <u64>c0
    const p1 = MULTIPLIER_1 * <u64>c2
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0
    c1 = <u32>p1
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1
    c3 = <u32>p0
    k0 += WEYL_0
    k1 += WEYL_1
  }
  low = <u64>c0 | (<u64>c1 << 32)
  high = <u64>c2 | (<u64>c3 << 32)
}

/** mask [B, T, N] of 0 and `kept`. Split: rows. */
export function dropoutMask(address: usize, from: i32, to: i32): void {
  const d = changetype<DropoutMask>(address)
  const steps = load<i32>(d.steps)
  const k0 = load<u32>(d.generator)
  const k1 = load<u32>(d.generator, 4)
  const c2 = load<u32>(d.generator, 8)
  const c3 = load<u32>(d.generator, 12)
  for (let row = from; row < to; row++) {
    for (let t = 0; t < steps; t++) {
      const first = <u64>(row * steps + t) * d.columns
      let block: u64 = -1
      for (let n = 0; n < d.columns; n++) {
        const element = first + n
        if (element >> 2 != block) {
          block = element >> 2
          philox(<u32>block, d.stream, c2, c3, k0, k1)
        }
        const pair = element & 2 ? high : low
        const word = element & 1 ? <u32>(pair >> 32) : <u32>pair
        const keeps = d.keepAll || word > d.above
        store<f32>(d.mask + (n >> 4) * d.maskPanel + t * d.maskStep + (row << 6) + ((n & 15) << 2), keeps ? d.kept : 0)
      }
    }
  }
}

/** noise [B, T, N] from the standard normal distribution, as ops/noise.ts defines it. Split: rows. */
@unmanaged
class Noise {
  /** Address of the count of steps. */
  steps: usize
  columns: i32
  /** int32 [4]: seed low, seed high, step low, step high. */
  generator: usize
  stream: u32
  noise: usize
  noisePanel: usize
  noiseStep: usize
}

const PER_WORD: f64 = 1.0 / 4294967296.0

/** cos(2π v / 2³²), by the Taylor series of the sine or cosine within an eighth of a turn. */
function cosineOf(v: u32): f64 {
  const quarters = <f64>v * PER_WORD * 4
  const nearby = nearest(quarters)
  const r = (quarters - nearby) * 1.5707963267948966
  const quadrant = <i32>nearby & 3
  const odd = quadrant & 1
  // Σ (−1)ᵏ r²ᵏ⁺ᵒ / (2k + o)!
  let term = odd ? r : 1
  let sum = term
  for (let k = 1; k < 10; k++) {
    const n = <f64>(2 * k + odd)
    term *= -(r * r) / (n * (n - 1))
    sum += term
  }
  return quadrant == 1 || quadrant == 2 ? -sum : sum
}

export function noise(address: usize, from: i32, to: i32): void {
  const d = changetype<Noise>(address)
  const steps = load<i32>(d.steps)
  const k0 = load<u32>(d.generator)
  const k1 = load<u32>(d.generator, 4)
  const c2 = load<u32>(d.generator, 8)
  const c3 = load<u32>(d.generator, 12)
  for (let row = from; row < to; row++) {
    for (let t = 0; t < steps; t++) {
      const first = <u64>(row * steps + t) * d.columns
      for (let n = 0; n < d.columns; n++) {
        const element = first + n
        philox(<u32>(element >> 1), d.stream, c2, c3, k0, k1)
        const pair = element & 1 ? high : low
        const size = sqrt<f64>(-2 * log((<f64>(<u32>pair) + 1) * PER_WORD))
        store<f32>(d.noise + (n >> 4) * d.noisePanel + t * d.noiseStep + (row << 6) + ((n & 15) << 2), <f32>(size * cosineOf(<u32>(pair >> 32))))
      }
      for (let n = d.columns; n & 15; n++) store<f32>(d.noise + (n >> 4) * d.noisePanel + t * d.noiseStep + (row << 6) + ((n & 15) << 2), 0)
    }
  }
}

/** own int32 [4] = the generator, with a seed of its own. One thread does it. */
@unmanaged
class Seeded {
  generator: usize
  own: usize
  low: i32
  high: i32
}

export function seeded(address: usize, _from: i32, _to: i32): void {
  const d = changetype<Seeded>(address)
  store<i32>(d.own, d.low)
  store<i32>(d.own, d.high, 4)
  store<u64>(d.own, load<u64>(d.generator, 8), 8)
}
