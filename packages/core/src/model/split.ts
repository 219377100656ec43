import { isRagged, sliceRows, type Tensor } from '../data/tensor.ts'
import { DataError } from '../errors.ts'
import type { Samples } from '../training/samples.ts'
import { raggedParts } from '../training/sequences.ts'

/** The part to train on and the part held out: the last `share` of the samples, as Keras does it. */
export function splitValidation(all: Samples, share: number): { training: Samples; validation: Samples } {
  const samples = all.count
  const kept = Math.floor(samples * (1 - share))
  if (kept === 0 || kept === samples) {
    throw new DataError(
      `validationSplit ${share} of ${samples} samples leaves ${kept} to train on and ${samples - kept} to validate; both must be at least 1`,
    )
  }
  const part = (first: number, count: number): Samples => {
    const sliced = (tensor: Tensor) =>
      isRagged(tensor) ? raggedParts().sliceRagged(tensor, first, count) : sliceRows(tensor, first, count)
    const slice = (tensor: Tensor | null) => tensor && sliced(tensor)
    const { inputs, labels, weights } = all
    return {
      count,
      inputs: inputs.map(sliced),
      labels: labels.map(slice),
      weights: weights.map(slice),
    }
  }
  return { training: part(0, kept), validation: part(kept, samples - kept) }
}
