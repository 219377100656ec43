import type { Model } from '@carousel/core'
import type { DataRecord, Provenance, Settings, Task, TaskData } from '@carousel/tasks'
import type { Option } from 'commander'
import type { Predicts } from '../predicting/options.ts'
import type { NextCommand } from '../report/training.ts'

/** A task as a command: what only the command line has of it. */
export interface Recipe<S extends Settings = Settings, Data extends TaskData = TaskData> {
  readonly task: Task<S, Data>
  readonly description: string
  readonly examples: string
  /** The argument that names the data: name and description. Without it, the option --data may. */
  readonly argument?: readonly [name: string, description: string]
  /** Whether there are data that come along, for where the argument names none. */
  readonly comesAlong?: boolean
  /** What it has beyond the options of all recipes. Each bears the name of a setting. */
  readonly options: readonly Option[]
  /** What is counted of a batch, where that is not the task's unit. */
  readonly batchOf?: string
  /** Whether its outcomes have pictures. */
  readonly draws?: boolean
  /** The data for a new training, split. */
  load(source: string | undefined, settings: S, tools: Tools): Promise<Data>
  /** The data of a training of which a file tells; `source` where the user names another place. */
  loadAgain(source: string | undefined, recorded: Recorded<S>, tools: Tools): Promise<Data>
  /**
   * Data to measure a model on: of others all that its task can use for that; of those that it was trained on, wherever
   * they lie, the part that was kept back.
   */
  loadNew(source: string, recorded: Recorded<S>, model: Model, tools: Tools): Promise<Data>
  /** Where the data lay, if the user named the place. */
  placeOf(source: string | undefined, data: Data): string | null
  /** What a file is called that no name was given for, without its ending. */
  nameFor(settings: S, data: Data): string
  /** How its models are applied by `predict`, or what is to be said to who tries. */
  readonly predicts: Predicts | { readonly instead: string }
  /** Two or three commands to try on the file. */
  next(file: string): NextCommand[]
}

/** What a recipe may use while it loads. */
export interface Tools {
  signal?: AbortSignal
  note(text: string): void
  downloading(received: number, total: number): void
}

export interface Recorded<S extends Settings> extends Pick<Provenance<S>, 'options'> {
  data: DataRecord
  /** The model's file. */
  file: string
}
