import type { Constraint } from '../constraints/constraint.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { composed } from './composed.ts'
import type { Optimizer } from './optimizer.ts'

/** A weight that training changes, and its gradient: in one part, or row by row where it is stored so. */
export interface Trained {
  readonly spec: { readonly constraint?: Constraint | null }
  readonly parts: readonly Part[]
}

export interface Part {
  readonly parameter: Value
  readonly gradient: Value
}

/** What updates are written into. */
export interface UpdatePlace {
  readonly builder: Builder
  readonly optimizer: Optimizer
  /** What the optimizer keeps for a parameter. */
  slot(name: string, parameter: Value): Value
  /** What the optimizer's `writeHyper` wrote. */
  number(name: string): Value
}

/** Appends what a batch changes. @param waits with gradientAccumulationSteps: gradients are added up and no more */
export function emitUpdates(place: UpdatePlace, weights: readonly Trained[], waits: boolean): void {
  const { builder, optimizer, number } = place
  if (!optimizer.isPlain || weights.some(({ spec }) => spec.constraint)) {
    composed.module.emitAllUpdates(place, weights, waits)
    return
  }
  for (const { parameter, gradient } of weights.flatMap(({ parts }) => parts)) {
    const slot = (name: string) => place.slot(name, parameter)
    optimizer.method.emit({ parameter, gradient, emit: builder.emit, slot, number })
  }
}
