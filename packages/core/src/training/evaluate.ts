import { isRagged } from '../data/tensor.ts'
import { COMPLETED, type Executable } from '../engines/engine.ts'
import { Batches, Breather, figureSizes } from './batches.ts'
import type { CallbackList } from './callbacks.ts'
import { type Figures, RunningFigures } from './figures.ts'
import { extentsFor } from './inputs.ts'
import type { Objective } from './objectives.ts'
import type { Variant } from './programs.ts'
import type { Samples } from './samples.ts'
import { raggedParts } from './sequences.ts'
import type { Session } from './session.ts'
import type { Source } from './sources.ts'

export interface RunOptions {
  readonly callbacks: CallbackList
  readonly signal?: AbortSignal
}

/** Loss and metrics over all that the source gives. */
export async function evaluate(source: Source, options: RunOptions): Promise<Figures> {
  const { callbacks } = options
  await callbacks.call('onTestBegin')
  await closing(source, () => evaluateAll(source, options))
  const means = source.watched.figures.means()
  await callbacks.call('onTestEnd', means)
  return means
}

async function evaluateAll(source: Source, { callbacks, signal }: RunOptions): Promise<void> {
  const breather = new Breather()
  await source.begin(0, 0)
  for (let batch = 0; ; batch++) {
    signal?.throwIfAborted()
    const taken = source.take(batch)
    const rows = typeof taken === 'number' ? taken : await source.wait(taken, signal)
    signal?.throwIfAborted()
    if (rows === 0) break
    const { executable, batches, figures } = source.watched
    if (callbacks.has('onTestBatchBegin')) await callbacks.call('onTestBatchBegin', batch)
    const outcome = executable.run(batches.counts, batches.feeds, figures.fetches)
    if (outcome !== COMPLETED) await outcome
    figures.add()
    if (callbacks.has('onTestBatchEnd')) await callbacks.call('onTestBatchEnd', batch, figures.means())
    if (breather.due) await breather.breathe()
  }
}

/** Closes the source after a task, as a loop over it would: what went wrong in the task counts more. */
export async function closing<T>(source: Pick<Source, 'close'>, task: () => Promise<T>): Promise<T> {
  let done: T
  try {
    done = await task()
  } catch (error) {
    await source.close().catch(() => {})
    throw error
  }
  await source.close()
  return done
}

/** What batches are run by: their rows, the program, and what is counted meanwhile. */
export interface Watched {
  readonly batches: Batches
  readonly executable: Executable
  /** For batches whose gradients are added up and no more. */
  readonly waiting: Executable
  readonly figures: RunningFigures
  /** In evaluation, where sequences differ in length: which samples batches are made of. */
  readonly order: Int32Array | undefined
}

/** Samples in batches, the program that is run on them, and what is counted meanwhile. */
export async function watch(
  session: Session,
  kind: 'evaluation' | 'training',
  objectives: readonly Objective[],
  samples: Samples,
  batchSize: number,
): Promise<Watched> {
  const { network } = session
  const rows = Math.min(batchSize, samples.count)
  const extents = extentsFor(network, samples.inputs, rows)
  const variant = variantFor(samples, objectives)
  const { executable, masked, penalty, states } = await session.executable(kind, extents, variant)
  const accumulates = kind === 'training' && session.parts.optimizer.common.gradientAccumulationSteps !== null
  const waiting = accumulates && (await session.executable(kind, extents, { ...variant, waits: true }))
  const batches = new Batches(network, objectives, samples, batchSize, masked)
  if (kind === 'training') batches.feedFactors()
  const plans = objectives.map(({ plan }) => plan)
  const figures = new RunningFigures(
    plans,
    batches.weights,
    figureSizes(objectives, batches, masked),
    penalty,
  )
  await session.carry(states, samples.count, batches, figures.fetches)
  const isArranged = kind === 'evaluation' && samples.inputs.some(isRagged)
  const order = isArranged ? raggedParts().arrange(network, samples, batches, states.length > 0) : undefined
  return { batches, executable, waiting: waiting ? waiting.executable : executable, figures, order }
}

/** The program for these samples: sequences of different lengths come with masks, labels may be sequences themselves. */
export function variantFor(
  { inputs, labels }: Pick<Samples, 'inputs' | 'labels'>,
  objectives: readonly Objective[] = [],
): Variant {
  const lengths = objectives.map((objective, index) =>
    objective.labels === 'sequences' ? (labels[index]?.shape[1] ?? 1) : 0,
  )
  return {
    ...(inputs.some(isRagged) && { masked: inputs.map(isRagged) }),
    ...(lengths.some(Boolean) && { labels: lengths }),
  }
}
