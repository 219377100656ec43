import {
  asFloat,
  type Json,
  type JsonObject,
  type KerasObject,
  kerasObject,
  snakeKeys,
} from '../config/keras.ts'

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
  // Keras computes in the type of these
  const floats = (json: Json): Json =>
    typeof json === 'number' ? asFloat(json) : Array.isArray(json) ? json.map(floats) : json
  const entries = Object.entries(options).map(([key, value]) => [
    key,
    key === 'initialLearningRate' || key === 'values' ? floats(value) : value,
  ])
  return kerasObject('keras.optimizers.schedules', className, snakeKeys(Object.fromEntries(entries)))
}
