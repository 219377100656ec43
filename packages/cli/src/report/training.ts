import type { MnistBatch, MnistScore } from '../tasks/mnist.ts'
import type { EpochRecord, MnistSettings } from '../tasks/mnist-provenance.ts'

/** What is known when training begins. */
export interface TrainingStart {
  settings: MnistSettings
  data: 'mnist' | 'mnist-embedded'
  dataDescription: string
  trainSamples: number
  testSamples: number
  parameters: number
  /** What computes, in the engine's own words, one line each. */
  engine: readonly string[]
  out: string
  /** Whether `out` exists and will be replaced. */
  replaces: boolean
  /** Where a resumed training stands: epochs done, and batches of the next. */
  resumed?: { epoch: number; batch: number }
}

export interface TrainingEnd {
  data: 'mnist' | 'mnist-embedded'
  trainSamples: number
  score: MnistScore
  history: readonly EpochRecord[]
  weightsSha256: string | null
  out: string
  /** Commands to try next. */
  next: readonly { command: string; does: string }[]
  /** How much faster a newer Node would have been, where that is known. */
  newerNode?: string
  seed: number
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
  batch(batch: MnistBatch): void
  epoch(record: EpochRecord): void
  /** The first Ctrl-C was heard. */
  stopping(): void
  interrupted(facts: TrainingInterruption): void
  end(facts: TrainingEnd): void
  /** Whatever comes next on the terminal must find a clean line. */
  close(): void
}
