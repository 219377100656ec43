import type { Tensor } from '../data/tensor.ts'
import { COMPLETED } from '../engines/engine.ts'
import { BATCH, sizeOf } from '../program/program.ts'
import { Batches, Breather } from './batches.ts'
import { BatchWeights } from './batchWeights.ts'
import { type Figures, type OutputSize, RunningFigures } from './figures.ts'
import { extentsFor, predictionShape } from './inputs.ts'
import { type Compiled, figuresOf } from './programs.ts'
import type { Session } from './session.ts'

export interface RunOptions {
  readonly batchSize: number
  readonly signal?: AbortSignal
}

/** Loss and metrics over all samples, which are already in the program's shapes. */
export async function evaluate(
  session: Session,
  compiled: Compiled,
  x: Tensor,
  y: Tensor,
  options: RunOptions,
): Promise<Figures> {
  const batches = new Batches(x, y, options.batchSize)
  const counts: Record<string, number> = { ...extentsFor(session.network, x, batches.rows.length) }
  const executable = await session.executable('evaluation', counts)
  const steps = stepsOf(session, x)
  const weights = new BatchWeights(compiled.loss, batches.rows.length * steps, null)
  const figures = new RunningFigures(figuresOf(compiled), [weights], [sizeOfOutput(session, weights)])
  const feeds = { x: batches.x, y: batches.y ?? batches.x, lossWeight: { data: weights.lossWeight } }
  const run = () => {
    weights.take(batches.rows, counts[BATCH], steps)
    return executable.run(counts, feeds, figures.fetches)
  }
  await eachBatch(batches, counts, options, run, () => figures.add())
  return figures.means()
}

/** Predictions of all samples, in one tensor. */
export async function predict(
  session: Session,
  x: Tensor,
  options: RunOptions,
): Promise<Tensor & { data: Float32Array }> {
  const batches = new Batches(x, undefined, options.batchSize)
  const counts: Record<string, number> = { ...extentsFor(session.network, x, batches.rows.length) }
  const executable = await session.executable('prediction', counts)
  const shape = predictionShape(session.network, x)
  const width = sizeOf(shape.slice(1))
  const data = new Float32Array(shape[0] * width)
  const fetches = { predictions: new Float32Array(batches.rows.length * width) }
  const feeds = { x: batches.x }
  const run = () => executable.run(counts, feeds, fetches)
  await eachBatch(batches, counts, options, run, (first, rows) => {
    data.set(fetches.predictions.subarray(0, rows * width), first * width)
  })
  return { shape, data }
}

/** Runs batch after batch, in order, letting other tasks run now and then; `done` is told each one's first row and rows. */
async function eachBatch(
  batches: Batches,
  counts: Record<string, number>,
  { signal }: RunOptions,
  run: () => number | Promise<number>,
  done: (first: number, rows: number) => void,
): Promise<void> {
  const breather = new Breather()
  for (let index = 0; index < batches.count; index++) {
    signal?.throwIfAborted()
    counts[BATCH] = batches.take(index)
    const outcome = run()
    if (outcome !== COMPLETED) await outcome
    done(index * batches.rows.length, counts[BATCH])
    if (breather.due) await breather.breathe()
  }
}

/** Room for the figures of batches that have these weights. */
export function sizeOfOutput(
  { network: { outputShape } }: Session,
  { lossWeight }: BatchWeights,
): OutputSize {
  return { entries: lossWeight.length, columns: outputShape.at(-1) ?? 1, isMasked: false }
}

/** Time steps of the predictions, each of which has a loss of its own; 1 without. */
export function stepsOf(session: Session, x: Tensor): number {
  return sizeOf(predictionShape(session.network, x).slice(1, -1))
}
