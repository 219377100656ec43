import type { JsonObject } from '../config/keras.ts'
import type { Emit } from '../ops/op.ts'
import type { Value } from '../program/program.ts'
import type { CommonOptions } from './define.ts'

/** Turns gradients into updates of the weights. */
export interface Optimizer {
  /** Keras's class: 'Adam'. */
  readonly className: string
  /**
   * May be changed between steps, by a callback for example. Where the optimizer was given a schedule, this is the rate of
   * the next batch and cannot be set.
   */
  learningRate: number
  /** Batches done: where a schedule stands. */
  iterations: number
  /** What Keras's optimizers have in common. */
  readonly common: CommonOptions
  /** Keras's options, in Keras's spelling, the learning rate as it is now. */
  config(): JsonObject
  /** Writes the numbers that change from step to step; `step` counts batches from 1. Allocates nothing. */
  writeHyper(step: number, hyper: Float32Array): void
  /** How it works; to be asked for after `loadDemanded`. */
  readonly method: Method
  /** Is the method's `emit` all that there is to do? */
  readonly isPlain: boolean
}

/** How an optimizer works. */
export interface Method {
  /** What is kept for each weight, in Keras's order. */
  readonly slots: readonly string[]
  /** What slots start from, where that is not 0. */
  readonly initial: Readonly<Record<string, number>>
  /** How many numbers `write` writes. */
  readonly hyperSize: number
  /** The inputs of a training program that hold some of them: from where to where. */
  readonly hyper: Readonly<Record<string, readonly [from: number, to: number]>>
  /** @param step batches, counted from 1 @param rate the learning rate */
  write(numbers: Float32Array, step: number, rate: number): void
  /** Appends the update of one weight. */
  emit(context: UpdateContext): void
  /** Does `emit` see to weight decay itself? */
  readonly decays: boolean
}

export interface UpdateContext {
  readonly emit: Emit
  readonly parameter: Value
  readonly gradient: Value
  /** The weight's slot of this name. */
  slot(name: string): Value
  /** What `writeHyper` wrote, by the names in `hyper`. */
  number(name: string): Value
}
