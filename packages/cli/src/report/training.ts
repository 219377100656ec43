import type { BatchProgress, EpochRecord, Job, Outcome } from '@carousel/tasks'

/** What is known when training begins. */
export interface TrainingStart {
  job: Job
  /** What a sample is called. */
  unit: readonly [one: string, many: string]
  /** What computes, in the engine's own words, one line each. */
  engine: readonly string[]
  out: string
  /** Whether `out` exists and will be replaced. */
  replaces: boolean
  /** Where a resumed training stands: epochs done, and batches of the next. */
  resumed?: { epoch: number; batch: number }
}

/** A command to try, and what it does. */
export interface NextCommand {
  command: string
  does: string
}

export interface TrainingEnd {
  job: Job
  outcome: Outcome
  history: readonly EpochRecord[]
  weightsSha256: string | null
  out: string
  /** Commands to try next. */
  next: readonly NextCommand[]
  /** How much faster a newer Node would have been, where that is known. */
  newerNode?: string
}

export interface TrainingInterruption {
  /** Epochs that are done, and batches of the one begun. Null where training had not begun. */
  position: { epoch: number; batch: number } | null
  /** The file, and the command that goes on with it. */
  saved?: { out: string; resume: string }
}

/** How a training tells of itself: for people, for people in a hurry, or for programs. */
export interface TrainingReport {
  downloading(received: number, total: number): void
  /** Something worth knowing that is no failure. */
  note(text: string): void
  start(facts: TrainingStart): void
  batch(batch: BatchProgress): void
  epoch(record: EpochRecord): void
  /** What the task shows on the way, such as a text that the model writes. */
  sample(text: string): void
  /** The first Ctrl-C was heard. */
  stopping(): void
  interrupted(facts: TrainingInterruption): void
  end(facts: TrainingEnd): void
  /** Whatever comes next on the terminal must find a clean line. */
  close(): void
}
