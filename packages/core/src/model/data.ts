import { type Float32Tensor, isRagged } from '../data/tensor.ts'
import { DataError, OptionError } from '../errors.ts'
import { rest } from '../losses/rest.ts'
import type { CallbackList } from '../training/callbacks.ts'
import type { FitPlan } from '../training/fit.ts'
import { type Inputs, prepareInputs } from '../training/inputs.ts'
import type { SampleWeights, Targets } from '../training/labels.ts'
import { type Position, startOf } from '../training/position.ts'
import { predict } from '../training/predict.ts'
import { prepareSamples, type Samples } from '../training/samples.ts'
import { holdsSequences, provideRagged, raggedParts } from '../training/sequences.ts'
import type { Session } from '../training/session.ts'
import { ArraySource, type BatchSource, isBatchSource, type Source } from '../training/sources.ts'
import type { EvaluateOptions, FitOptions, PredictOptions } from './options.ts'

/** What most trainings do without. Of a module that says it does nothing by itself a bundler takes only what is named. */
export async function more() {
  const loaded = await load()
  provideRagged(loaded.ragged)
  return loaded
}

const load = () => import('./more.ts')

/** To be awaited before data are looked at: loads what sequences of different lengths need, if some come. */
export async function prepareFor(...given: readonly unknown[]): Promise<void> {
  if (given.some(holdsSequences)) await more()
}

/** Samples, or a source of batches with labels. */
export type Given = readonly [x: Inputs | BatchSource, y: Targets | undefined, sampleWeight?: SampleWeights]

/** Sorts out the arguments of fit and evaluate: (x, y, options) or (source of batches, options). */
export function readCall<O extends { sampleWeight?: SampleWeights }>(
  where: string,
  x: Inputs | BatchSource,
  y: Targets | O | undefined,
  more: O | undefined,
): [Given, O] {
  const isSource = isBatchSource(x)
  if (isSource && more !== undefined)
    throw new OptionError(
      `${where}: a source of batches holds the labels; its options come second: ${where}(batches, options)`,
    )
  if (!isSource && y === undefined)
    throw new DataError(
      `${where}: y, the labels, are missing. Batches in a list are given by a function: () => list`,
    )
  const options = ((isSource ? y : more) ?? {}) as O
  return [isSource ? [x, undefined] : [x, y as Targets, options.sampleWeight], options]
}

/** What is already known of a training. */
interface Known {
  /** A callback says that it goes on where the model stands. */
  readonly goesOn: boolean
  readonly callbacks: CallbackList
  readonly position: Position | null
}

/** A training, as far as data and options tell. */
export async function planFit(
  session: Session,
  given: Given,
  options: FitOptions,
  { goesOn, callbacks, position }: Known,
): Promise<Omit<FitPlan, 'seed' | 'stopAsked' | 'turnstile' | 'moved'>> {
  const [x] = given
  const [samples, held] = isBatchSource(x) ? [null, null] : await arraysOf(session, given, options)
  const asked = goesOn ? { ...options, resume: true, initialEpoch: undefined } : options
  const count = samples?.count ?? null
  const start = asked.resume
    ? (await more()).resumed(asked, position, count)
    : startOf(asked, position, count)
  const { batchSize, shuffle } = start
  const { epochs = 1, bucketByLength, signal } = options
  return {
    session,
    source: samples
      ? await ArraySource.open(session, 'training', samples, batchSize)
      : (await more()).trainingStream(session, x as BatchSource, options),
    validation: await validationOf(session, held, options, batchSize || 32),
    epochs,
    shuffle,
    bucket:
      samples?.inputs.some(isRagged) && bucketByLength
        ? (order, generator) => raggedParts().bucketed(samples.inputs, order, batchSize, generator)
        : null,
    callbacks,
    resumed: asked.resume === true,
    signal,
    start,
  }
}

/** The samples to train on, and those held out. */
async function arraysOf(
  session: Session,
  given: Given,
  options: FitOptions,
): Promise<[Samples, Samples | null]> {
  const { stepsPerEpoch, validationSplit } = options
  if (stepsPerEpoch) throw forSources('model.fit', 'stepsPerEpoch')
  const all = samplesOf(session, given)
  const split = validationSplit ? (await more()).splitValidation(all, validationSplit) : null
  return [await weighted(split?.training ?? all, session, options), split?.validation ?? null]
}

/** The samples with weights by class, where they are asked for. */
export async function weighted(
  samples: Samples,
  { parts }: Session,
  { classWeight }: Pick<FitOptions, 'classWeight'>,
  isBatch = false,
): Promise<Samples> {
  if (!classWeight) return samples
  await rest.load()
  return rest.module.withClassWeights(samples, parts.objectives, classWeight, isBatch)
}

export function samplesOf({ network, parts }: Session, [x, y, sampleWeight]: Given, prefix = ''): Samples {
  return prepareSamples(network, parts.objectives, x as Inputs, y as Targets, sampleWeight, prefix)
}

function forSources(where: string, name: string): OptionError {
  return new OptionError(
    `${where}: option '${name}' goes with a source of batches, e.g. a generator; leave it out`,
  )
}

async function validationOf(
  session: Session,
  held: Samples | null,
  options: FitOptions,
  batchSize: number,
): Promise<FitPlan['validation']> {
  const { validationData: data, validationSteps, validationBatchSize, validationFreq = 1 } = options
  if (!held && !data) {
    for (const name of ['validationSteps', 'validationBatchSize', 'validationFreq'] as const)
      if (options[name])
        throw new OptionError(`model.fit: option '${name}' needs validationData or validationSplit`)
    return null
  }
  const size = validationBatchSize ?? batchSize
  const isDue = (epoch: number) =>
    typeof validationFreq === 'number'
      ? (epoch + 1) % validationFreq === 0
      : validationFreq.includes(epoch + 1)
  if (held && validationSteps) throw forSources('model.fit', 'validationSteps')
  if (held) return { source: await ArraySource.open(session, 'evaluation', held, size), isDue }
  const given = (isBatchSource(data) ? [data, undefined] : data) as Given
  await prepareFor(...given)
  const how = {
    batchSize: size,
    steps: validationSteps,
    prefix: 'validation ',
    arraysAlone: { validationBatchSize },
  }
  return { source: await evaluationSource('model.fit', session, given, how), isDue }
}

/** How an evaluation takes its batches. */
export interface EvaluationOptions extends Pick<EvaluateOptions, 'batchSize' | 'steps'> {
  /** Of the names of data in errors. */
  readonly prefix?: string
  /** Options that go with arrays alone. */
  readonly arraysAlone: Readonly<Record<string, unknown>>
}

/** Where an evaluation takes its batches. */
export async function evaluationSource(
  where: string,
  session: Session,
  given: Given,
  how: EvaluationOptions,
): Promise<Source> {
  const { batchSize = 32, steps = null, prefix = '' } = how
  const [x] = given
  if (isBatchSource(x)) return (await more()).evaluationStream(where, session, x as BatchSource, how)
  if (steps !== null) throw forSources(where, prefix ? 'validationSteps' : 'steps')
  return ArraySource.open(session, 'evaluation', samplesOf(session, given, prefix), batchSize)
}

/** Predictions for samples, or for batches of them. */
export async function predictAll(
  session: Session,
  x: Inputs | BatchSource<Inputs>,
  options: PredictOptions,
  callbacks: CallbackList,
): Promise<Float32Tensor[]> {
  const where = 'model.predict'
  const { batchSize = 32, steps = null, signal } = options
  const run = { callbacks, signal }
  const streamed = isBatchSource(x) ? await more() : null
  streamed?.refuseForSources(where, { batchSize: options.batchSize })
  if (!streamed && steps !== null) throw forSources(where, 'steps')
  await callbacks.call('onPredictBegin')
  const predictions = streamed
    ? await streamed.predictStream(session, x as BatchSource<Inputs>, steps, run)
    : await predict(session, prepareInputs(x as Inputs, session.network), batchSize, run)
  await callbacks.call('onPredictEnd')
  return predictions
}
