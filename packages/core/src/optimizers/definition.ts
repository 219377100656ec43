import type { Expressions } from '../ops/general.ts'
import type { Value } from '../program/program.ts'
import type { UpdateContext } from './optimizer.ts'

/** What is special about an optimizer, its operation aside. */
interface Special {
  readonly slots: readonly string[]
  /** What slots start from, where that is not 0. */
  readonly initial?: Readonly<Record<string, number>>
  /** Names of the numbers that `write` writes, one by one; or how many, in one vector 'hyper' for a fused operation. */
  readonly hyper: readonly string[] | number
  /** @param t updates, this one too @param rate the learning rate */
  write(hyper: Float32Array, t: number, rate: number): void
  /** Does it see to weight decay itself? */
  readonly decays?: boolean
}

/** An optimizer with an operation of its own. */
export interface Definition extends Special {
  emit(context: UpdateContext): void
}

/** An optimizer whose update is composed of general operations. */
export interface Composed extends Special {
  compose(e: UpdateExpressions, context: Omit<UpdateContext, 'emit'>): void
}

/** Expressions, and what changes weights by them. */
export interface UpdateExpressions extends Expressions {
  /** target ← value, once the loss is known to be finite. */
  assign(target: Value, value: Value): void
}

/** A divisor's addend: Keras's 0 would leave 0/0 where nothing was ever learned, and in pad lanes. */
export function atLeastTiny(epsilon: number): number {
  return Math.max(epsilon, 1e-30)
}
