import { philox } from '../random/philox.ts'
import type { Meaning, Op } from './op.ts'
import { columns, requireInt32 } from './shapes.ts'

interface DropoutMaskAttributes extends Record<string, number | boolean> {
  /** The share of entries set to zero, 0 ≤ rate < 1. */
  readonly rate: number
  /** Tells this mask from all others of the program; a whole number below 2³². */
  readonly stream: number
  /** A mask of its own for every step (shape of `like`), or one a row for all of them ([B, N]). */
  readonly perStep: boolean
}

/**
 * mask = 0 with probability `rate`, else 1 / (1 − rate) (Srivastava et al. 2014, scaled in training as Keras does).
 *
 * Pure function of the generator's state and the place, so equal to the bit on every engine, for any number of threads
 * and after a resume: with element = (row · steps + step) · N + column, in the order of the logical shape (row within
 * the batch; steps = 1 without perStep), the entry's 32 random bits are
 *
 *   word[element mod 4] of Philox4x32-10 with
 *   key (seed low, seed high), counter (⌊element / 4⌋, stream, step of training low, step of training high)
 *
 * and the entry is kept where word ≥ ⌈rate · 2³²⌉. `generator` int32 [4] holds (seed low, seed high, step low, step
 * high); `like` tells the shape alone, and of that not the columns where an attribute `columns` does.
 */
export const dropoutMask: Op<'generator' | 'like', 'mask', DropoutMaskAttributes> = {
  name: 'dropoutMask',
  inputs: ['generator', 'like'],
  shapeOnly: ['like'],
  outputs: ['mask'],
  split: 'rows',

  infer({ generator, like }, { perStep, columns: wanted = 0 }) {
    requireInt32('dropoutMask', 'generator', generator)
    const before = perStep ? like.shape.slice(0, -1) : like.shape.slice(0, 1)
    return { mask: { shape: [...before, Number(wanted) || columns(like)], dtype: 'float32' } }
  },

  // a Philox block of four words takes about 80 integer operations
}

export const evaluateDropoutMask: Meaning<typeof dropoutMask> = (
  { generator },
  { mask },
  { rate, stream },
) => {
  const [seedLow, seedHigh, stepLow, stepHigh] = generator.data
  const threshold = dropoutThreshold(rate)
  // rounded, as the mask is exact on every engine
  const kept = Math.fround(1 / (1 - rate))
  const key = Uint32Array.of(seedLow, seedHigh)
  const counter = Uint32Array.of(0, stream, stepLow, stepHigh)
  const words = new Uint32Array(4)
  for (let element = 0; element < mask.data.length; element++) {
    if (element % 4 === 0) {
      counter[0] = element / 4
      philox(counter, key, words)
    }
    mask.data[element] = words[element % 4] >= threshold ? kept : 0
  }
}

/** An entry is kept where its 32 random bits are at least this. */
export function dropoutThreshold(rate: number): number {
  return Math.ceil(rate * 2 ** 32)
}
