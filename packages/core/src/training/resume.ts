import type { Arithmetic } from '../engines/engine.ts'
import { DataError, OptionError } from '../errors.ts'
import { forSource, type Position, type StartOptions } from './position.ts'

/**
 * Where the model stands: there a training with `resume` goes on.
 *
 * @param count of samples; null: batches come from a source
 */
export function resumed(given: StartOptions, known: Position | null, count: number | null): Position {
  const [options, samples] = [forSource(given, count), count ?? 0]
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
