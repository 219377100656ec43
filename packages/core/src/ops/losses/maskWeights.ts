import type { Meaning, Op } from '../op.ts'
import { requireInt32 } from '../shapes.ts'

interface MaskWeightsAttributes extends Record<string, string | number> {
  /**
   * What the kept weights are divided by, as Keras's reductions do. valid: by the share of entries that are kept ('mean',
   * 'sum_over_batch_size'); weights: by their own sum ('mean_with_sample_weight'); nothing: not at all ('sum', 'none').
   */
  readonly over: 'valid' | 'weights' | 'nothing'
  /** Where `labels` is this class, nothing counts. Used with `labels` alone. */
  readonly ignoreClass: number
}

/**
 * weight [B, …, 1], mask int32 [B, …] (1: there, 0: masked), labels int32 [B, …] → weights [B, …, 1]: with which each
 * row's and step's loss counts. 0 where it is masked or its label is ignored; 0 everywhere where nothing is kept. The
 * divisor is summed in double precision, rows in order. No gradient flows through it.
 */
export const maskWeights: Op<'weight' | 'mask' | 'labels', 'weights', MaskWeightsAttributes> = {
  name: 'maskWeights',
  inputs: ['weight', 'mask', 'labels'],
  optional: ['mask', 'labels'],
  outputs: ['weights'],
  split: 'alone',

  infer({ weight, mask, labels }) {
    for (const [name, operand] of Object.entries({ mask, labels })) {
      if (operand) requireInt32('maskWeights', name, operand)
      if (operand && operand.shape.join() !== weight.shape.slice(0, -1).join())
        throw new Error(`operation 'maskWeights': ${name} [${operand.shape}] does not fit [${weight.shape}]`)
    }
    return { weights: { shape: weight.shape, dtype: 'float32' } }
  },
}

export const evaluateMaskWeights: Meaning<typeof maskWeights> = (
  { weight, mask, labels },
  { weights },
  { over, ignoreClass },
) => {
  let valid = 0
  let sum = 0
  for (const [i, w] of weight.data.entries()) {
    if (mask?.data[i] === 0 || labels?.data[i] === ignoreClass) continue
    weights.data[i] = w
    valid++
    sum += w
  }
  const divisor = { valid: valid / weight.data.length, weights: sum, nothing: 1 }[over]
  for (let i = 0; i < weights.data.length; i++)
    weights.data[i] = divisor === 0 ? 0 : weights.data[i] / divisor
}
