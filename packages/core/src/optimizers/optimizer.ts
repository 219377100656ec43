import type { JsonObject } from '../config/keras.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'

/** Turns gradients into updates of the weights. */
export interface Optimizer {
  /** Keras's class: 'Adam'. */
  readonly className: string
  /** May be changed between steps, by a callback for example. */
  learningRate: number
  /** Keras's options, in Keras's spelling, the learning rate as it is now. */
  config(): JsonObject
  /** What is kept for each weight, in Keras's order. */
  readonly slots: readonly string[]
  /** How many numbers `writeHyper` writes. */
  readonly hyperSize: number
  /** Writes the numbers that change from step to step; `step` counts from 1. Allocates nothing. */
  writeHyper(step: number, hyper: Float32Array): void
  /** Appends the update of one weight. */
  emit(builder: Builder, operands: UpdateOperands): void
}

export interface UpdateOperands {
  readonly parameter: Value
  readonly gradient: Value
  /** The weight's slot of this name. */
  slot(name: string): Value
  /** What `writeHyper` wrote. */
  readonly hyper: Value
}
