import { OptionError } from '../errors.ts'
import type { Session } from '../training/session.ts'
import type { BatchSource, Source } from '../training/sources.ts'
import { StreamSource } from '../training/streams.ts'
import type { EvaluationOptions } from './data.ts'
import type { FitOptions } from './options.ts'

// Where batches come from a source of them.

export function trainingStream(session: Session, given: BatchSource, options: FitOptions): Source {
  const where = 'model.fit'
  const { batchSize, shuffle, validationSplit, sampleWeight, classWeight, bucketByLength } = options
  const arraysAlone = { batchSize, shuffle, validationSplit, sampleWeight, classWeight, bucketByLength }
  refuseForSources(where, arraysAlone)
  const steps = options.stepsPerEpoch ?? null
  return new StreamSource(given, { where, session, kind: 'training', steps, prefix: '' })
}

export function evaluationStream(
  where: string,
  session: Session,
  given: BatchSource,
  { steps = null, prefix = '', arraysAlone }: EvaluationOptions,
): Source {
  refuseForSources(where, arraysAlone)
  return new StreamSource(given, { where, session, kind: 'evaluation', steps, prefix })
}

/** @param arraysAlone options that go with arrays alone */
export function refuseForSources(where: string, arraysAlone: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(arraysAlone))
    if (value)
      throw new OptionError(
        `${where}: option '${name}' goes with arrays; a source of batches sees to it itself`,
      )
}
