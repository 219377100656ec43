import type { JsonObject } from '../config/keras.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { Labels } from './labels.ts'

/** What training makes small. */
export interface Loss {
  /** Keras's class: 'CategoricalCrossentropy'. */
  readonly className: string
  /** Keras's options, in Keras's spelling. */
  readonly config: JsonObject
  /** classes: integer labels, one a prediction. values: numbers in the predictions' shape. */
  readonly labels: 'classes' | 'values'
  /** Do labels have to be probabilities, each row adding up to one? */
  readonly labelsAreDistributions?: boolean
  /** Does each label have to be a probability by itself? */
  readonly labelsAreProbabilities?: boolean
  /** Appends the loss of every row and step: predictions [B, …, N] → [B, …, 1]. */
  emit(builder: Builder, predictions: Value, labels: Labels): Value
}
