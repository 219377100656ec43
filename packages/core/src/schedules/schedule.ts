import { type JsonObject, type KerasObject, kerasObject, snakeKeys } from '../config/keras.ts'

/** A learning rate that changes with the number of batches done, as Keras's class of the same name computes it. */
export interface Schedule {
  /** Keras's class: 'ExponentialDecay'. */
  readonly className: string
  /** Keras's options, in our case. */
  readonly options: JsonObject
  /** The rate after `step` batches. */
  rate(step: number): number
}

export function serializeSchedule({ className, options }: Schedule): KerasObject {
  return kerasObject('keras.optimizers.schedules', className, snakeKeys(options))
}
