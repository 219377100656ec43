import type { Float32Tensor, Tensor } from '../data/tensor.ts'
import { COMPLETED, type Executable } from '../engines/engine.ts'
import { sizeOf } from '../program/program.ts'
import { Batches, Breather, figureSizes } from './batches.ts'
import { type Figures, RunningFigures } from './figures.ts'
import { extentsFor, predictionShapes } from './inputs.ts'
import type { Objective } from './objectives.ts'
import { predictionName } from './programs.ts'
import type { Samples } from './samples.ts'
import type { Session } from './session.ts'

export interface RunOptions {
  readonly batchSize: number
  readonly signal?: AbortSignal
}

/** Loss and metrics over all samples. */
export async function evaluate(
  session: Session,
  objectives: readonly Objective[],
  samples: Samples,
  options: RunOptions,
): Promise<Figures> {
  const { batches, executable, figures } = await watch(
    session,
    'evaluation',
    objectives,
    samples,
    options.batchSize,
  )
  const run = () => executable.run(batches.counts, batches.feeds, figures.fetches)
  await eachBatch(batches, options, run, () => figures.add())
  return figures.means()
}

/** Samples in batches, the program that is run on them, and what is counted meanwhile. */
export async function watch(
  session: Session,
  kind: 'evaluation' | 'training',
  objectives: readonly Objective[],
  samples: Samples,
  batchSize: number,
): Promise<{ batches: Batches; executable: Executable; figures: RunningFigures }> {
  const { network } = session
  const rows = Math.min(batchSize, samples.count)
  const { executable, masked, penalty, states } = await session.executable(
    kind,
    extentsFor(network, samples.inputs, rows),
  )
  const batches = new Batches(network, objectives, samples, batchSize, masked)
  if (kind === 'training') batches.feedFactors(objectives)
  const plans = objectives.map(({ plan }) => plan)
  const figures = new RunningFigures(
    plans,
    batches.weights,
    figureSizes(objectives, batches, masked),
    penalty,
  )
  await session.carry(states, samples.count, batches, figures.fetches)
  return { batches, executable, figures }
}

/** Predictions of all samples, a tensor for each output. */
export async function predict(
  session: Session,
  inputs: readonly Tensor[],
  options: RunOptions,
): Promise<Float32Tensor[]> {
  const { network } = session
  const samples = { count: inputs[0].shape[0], inputs, labels: [], weights: [] }
  const batches = new Batches(network, [], samples, options.batchSize)
  const { executable, states } = await session.executable('prediction', batches.counts)
  const outputs = predictionShapes(network, inputs).map((shape, index) => {
    const width = sizeOf(shape.slice(1))
    const name = predictionName(network, network.outputs[index].name)
    return { shape, width, name, data: new Float32Array(shape[0] * width) }
  })
  const fetches = Object.fromEntries(
    outputs.map(({ name, width }) => [name, new Float32Array(batches.rows.length * width)]),
  )
  await session.carry(states, samples.count, batches, fetches)
  const run = () => executable.run(batches.counts, batches.feeds, fetches)
  await eachBatch(batches, options, run, (first, rows) => {
    for (const { name, data, width } of outputs)
      data.set(fetches[name].subarray(0, rows * width), first * width)
  })
  return outputs.map(({ shape, data }) => ({ shape, data }))
}

/** Runs batch after batch, in order, letting other tasks run now and then; `done` is told each one's first row and rows. */
async function eachBatch(
  batches: Batches,
  { signal }: RunOptions,
  run: () => number | Promise<number>,
  done: (first: number, rows: number) => void,
): Promise<void> {
  const breather = new Breather()
  for (let index = 0; index < batches.count; index++) {
    signal?.throwIfAborted()
    const rows = batches.take(index)
    const outcome = run()
    if (outcome !== COMPLETED) await outcome
    done(index * batches.rows.length, rows)
    if (breather.due) await breather.breathe()
  }
}
