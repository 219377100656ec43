import type { Meaning, Op } from './op.ts'
import { requireInt32 } from './shapes.ts'

/** A generator's state with a seed of its own, a whole number below 2⁵³, in place of the model's: steps go on alike. */
export const seeded: Op<'generator', 'own', { readonly seed: number }> = {
  name: 'seeded',
  inputs: ['generator'],
  outputs: ['own'],
  split: 'alone',

  infer({ generator }) {
    requireInt32('seeded', 'generator', generator)
    return { own: { shape: generator.shape, dtype: 'int32' } }
  },
}

/** The two words of a seed, as a generator holds them. */
export function seedWords(seed: number): readonly [number, number] {
  return [seed | 0, Math.floor(seed / 2 ** 32) | 0]
}

export const evaluateSeeded: Meaning<typeof seeded> = ({ generator }, { own }, { seed }) => {
  own.data.set([...seedWords(seed), generator.data[2], generator.data[3]])
}
