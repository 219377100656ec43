import type { Meaning, Op } from './op.ts'
import { requireInt32 } from './shapes.ts'

/**
 * labels int32 [B, …] → y [B, …, classes]: 1 at the label, 0 elsewhere. Labels are checked before they come here; one
 * out of range yields zeros.
 */
export const oneHot: Op<'labels', 'y', { readonly classes: number }> = {
  name: 'oneHot',
  inputs: ['labels'],
  outputs: ['y'],
  split: 'rows',

  infer({ labels }, { classes }) {
    requireInt32('oneHot', 'labels', labels)
    return { y: { shape: [...labels.shape, classes], dtype: 'float32' } }
  },
}

export const evaluateOneHot: Meaning<typeof oneHot> = ({ labels }, { y }, { classes }) => {
  for (const [i, label] of labels.data.entries())
    if (label >= 0 && label < classes) y.data[i * classes + label] = 1
}
