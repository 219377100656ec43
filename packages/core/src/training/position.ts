import type { Arithmetic } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
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
  readonly resume?: boolean
}

/**
 * Where to start: at the beginning, or with `resume` where the model stands. Updates go on being counted either way.
 *
 * @param samples null: batches come from a source
 */
export function startOf(options: StartOptions, known: Position | null, samples: number | null): Position {
  const given = samples === null ? { ...options, batchSize: 0, shuffle: false } : options
  if (given.resume) return resumed(given, known, samples ?? 0)
  const { batchSize = 32, shuffle = true, initialEpoch = 0 } = given
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

function resumed(options: StartOptions, known: Position | null, samples: number): Position {
  if (!known) {
    throw new OptionError('model.fit: resume is true, but this model was not trained yet. Leave resume out.')
  }
  if (options.initialEpoch !== undefined) {
    throw new OptionError('model.fit: give either resume or initialEpoch, not both')
  }
  if ((known.samples === 0) !== (samples === 0))
    throw new DataError(
      `model.fit: resume goes on with the same data; the model was trained on ${known.samples === 0 ? 'a source of batches, got arrays' : 'arrays, got a source of batches'}`,
    )
  for (const name of ['batchSize', 'shuffle'] as const) {
    const given = options[name]
    if (given !== undefined && given !== known[name]) {
      throw new OptionError(
        `model.fit: resume goes on with ${name} ${known[name]}; got ${given}. Leave it out, or train without resume.`,
      )
    }
  }
  if (known.samples !== samples) {
    throw new DataError(
      `model.fit: resume goes on with the same data; it was trained on ${known.samples} samples, got ${samples}`,
    )
  }
  return known
}

/** Said when a file's training goes on in another arithmetic than the one it was trained in. */
export function resumeNote(file: Arithmetic | null, here: Arithmetic): string | null {
  if (file === null) return null
  if (here === 'float64')
    return 'the reference engine computes in float64 but files hold float32: training goes on soundly, but not with the same bits'
  if (file === here) return null
  return `the file was trained in ${file} arithmetic, this engine's is ${here}: training goes on soundly, but not with the same bits`
}
