import type { Member } from '../config/family.ts'

/** A penalty that is added to the loss: for large weights, or for large outputs of a layer. What it is: formulas.ts. */
export interface Regularizer extends Member {
  readonly className: 'L1' | 'L2' | 'L1L2' | 'OrthogonalRegularizer'
}
