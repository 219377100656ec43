import type { CallbackStates } from './callbacks.ts'
import type { FiguresState } from './figures.ts'

/** Where training stands: all that, beside weights and slots, decides how it goes on. Plain JSON. */
export interface Position {
  /** Epochs that are done. */
  readonly epoch: number
  /** Batches of the next epoch that are done. */
  readonly batch: number
  /** Updates since the model was compiled. */
  readonly step: number
  /** Updates before the epoch under way, by which its order is drawn; `step` where none is. */
  readonly begun: number
  /** 0 where batches come from a source. */
  readonly batchSize: number
  readonly shuffle: boolean
  /** Samples of an epoch; 0 where batches come from a source. */
  readonly samples: number
  /** Sums of the epoch that is under way. */
  readonly figures: FiguresState | null
  /** What callbacks remember; in files. */
  readonly callbacks?: CallbackStates
}

export interface StartOptions {
  readonly batchSize?: number
  readonly shuffle?: boolean
  readonly initialEpoch?: number
}

/**
 * The beginning of a training; `resume.ts` has the middle. Updates go on being counted either way.
 *
 * @param samples null: batches come from a source
 */
export function startOf(options: StartOptions, known: Position | null, samples: number | null): Position {
  const { batchSize = 32, shuffle = true, initialEpoch = 0 } = forSource(options, samples)
  return {
    epoch: initialEpoch,
    batch: 0,
    step: known?.step ?? 0,
    begun: known?.step ?? 0,
    batchSize,
    shuffle,
    samples: samples ?? 0,
    figures: null,
  }
}

/** A source of batches sees to size and order itself. */
export function forSource<O extends StartOptions>(options: O, samples: number | null): O {
  return samples === null ? { ...options, batchSize: 0, shuffle: false } : options
}
