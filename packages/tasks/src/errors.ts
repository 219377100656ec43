import { DataError } from '@carousel/core'

/** Data or a model that a task cannot use: the message says what was expected, what came, and what to do. */
export class TaskError extends DataError {
  override readonly name: string = 'TaskError'
}
