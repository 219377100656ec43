import { philox } from '../random/philox.ts'
import type { Meaning, Op } from './op.ts'
import { requireInt32 } from './shapes.ts'

interface NoiseAttributes extends Record<string, number> {
  /** Tells these numbers from all others of the program; a whole number below 2³². */
  readonly stream: number
}

/**
 * Numbers from the standard normal distribution, shaped like `like` (of which the shape alone matters). As with
 * `dropoutMask` a pure function of the generator's state and the place: element (in logical order) takes two of the four
 * words of its Philox block, u and v, and by Box and Muller (1958)
 *
 *   noise = √(−2 ln((u + 1) / 2³²)) · cos(2π v / 2³²)
 */
export const noise: Op<'generator' | 'like', 'noise', NoiseAttributes> = {
  name: 'noise',
  inputs: ['generator', 'like'],
  shapeOnly: ['like'],
  outputs: ['noise'],
  split: 'rows',

  infer({ generator, like }) {
    requireInt32('noise', 'generator', generator)
    return { noise: { shape: like.shape, dtype: 'float32' } }
  },
}

export const evaluateNoise: Meaning<typeof noise> = ({ generator }, { noise: { data } }, { stream }) => {
  const [seedLow, seedHigh, stepLow, stepHigh] = generator.data
  const key = Uint32Array.of(seedLow, seedHigh)
  const counter = Uint32Array.of(0, stream, stepLow, stepHigh)
  const words = new Uint32Array(4)
  for (let element = 0; element < data.length; element++) {
    counter[0] = element >>> 1
    philox(counter, key, words)
    const [u, v] = element % 2 === 0 ? [words[0], words[1]] : [words[2], words[3]]
    data[element] = Math.sqrt(-2 * Math.log((u + 1) / 2 ** 32)) * Math.cos((2 * Math.PI * v) / 2 ** 32)
  }
}
