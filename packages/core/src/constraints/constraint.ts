import type { Member } from '../config/family.ts'

/** Keeps a weight within bounds: applied after every update. What it does: formulas.ts. */
export interface Constraint extends Member {
  readonly className: 'MaxNorm' | 'MinMaxNorm' | 'NonNeg' | 'UnitNorm'
}
