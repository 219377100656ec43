import { checkedLater, checkOptions } from '../config/options.ts'
import { type Float32Tensor, isRagged, type Tensor } from '../data/tensor.ts'
import { DataError, OptionError } from '../errors.ts'
import {
  blocksOf,
  type Fetched,
  GATES,
  gradientsInside,
  type Inspected,
  type RecurrentGradients,
} from '../inspect/recurrent.ts'
import type { RecurrentTrace, RecurrentValues, Trace } from '../inspect/trace.ts'
import type { Loss } from '../losses/loss.ts'
import { type LossLike, resolveLoss } from '../losses/resolve.ts'
import { type Program, resolveShape, sizeOf } from '../program/program.ts'
import { Batches, figureSizes } from '../training/batches.ts'
import { variantFor } from '../training/evaluate.ts'
import { RunningFigures } from '../training/figures.ts'
import { type Inputs, prepareInputs } from '../training/inputs.ts'
import type { Targets } from '../training/labels.ts'
import { type Compiled, type Objective, objectivesOf } from '../training/objectives.ts'
import { predictionName } from '../training/programs.ts'
import { prepareSamples, type Samples } from '../training/samples.ts'
import { raggedParts } from '../training/sequences.ts'
import type { Session } from '../training/session.ts'
import { traceProgram } from '../training/traceProgram.ts'

export interface TraceOptions {
  /** Labels: with them come the loss and its gradients. */
  y?: Targets
  /** Default: what `compile` was given. */
  loss?: LossLike
}

const KINDS = { lstm: 'LSTM', gru: 'GRU', rnn: 'SimpleRNN' } as const

/** Runs all samples as one batch, as in inference (nothing is dropped), and keeps what its recurrent layers do. */
export async function trace(
  session: Session,
  compiled: Compiled | null,
  x: Inputs,
  options: TraceOptions,
): Promise<Trace> {
  const where = 'model.trace'
  checkOptions({ where, options: { y: checkedLater, loss: checkedLater } }, options)
  const { network, machine } = session
  const objectives = options.y === undefined ? [] : objectivesFor(session, compiled, options)
  const samples =
    options.y === undefined
      ? unlabelled(prepareInputs(x, network))
      : prepareSamples(network, objectives, x, options.y, undefined)
  await Promise.all(objectives.map(({ loss }) => loss?.load?.()))
  const { program, watched } = traceProgram(network, objectives, variantFor(samples, objectives))
  if (watched.length === 0)
    throw new OptionError(
      `${where}: this model has no LSTM, GRU or SimpleRNN that runs on its kernel (explain() tells), and can look into no others`,
    )
  const masked = objectives.map(({ plan }) => `${plan.key}.mask` in program.outputs)
  const batches = new Batches(network, objectives, samples, samples.count, masked)
  if (samples.inputs.some(isRagged)) raggedParts().arrange(network, samples, batches, false)
  if (batches.count > 1)
    throw new DataError(
      `${where}: a layer of this model looks at no mask, so sequences of different lengths would differ from what predict makes of them. Trace those of one length at a time.`,
    )
  batches.take(0)
  batches.feedFactors()
  const plans = objectives.map(({ plan }) => plan)
  const figures = new RunningFigures(plans, batches.weights, figureSizes(objectives, batches, masked))
  const tensors = roomFor(program, batches.counts)
  for (const name of Object.keys(program.inputs)) {
    // what a stateful layer carries begins at zero here
    if (!(name in batches.feeds)) batches.feeds[name] = { data: tensors[name].data.slice() }
  }
  const fetches = Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]))
  const executable = await machine.load(program, batches.counts)
  await executable.run(batches.counts, batches.feeds, { ...fetches, ...figures.fetches })
  if (objectives.length > 0) figures.add()
  return {
    predictions: network.outputs.map(({ name }) => tensors[predictionName(network, name)]),
    loss: objectives.length > 0 ? figures.means().loss : null,
    layers: watched.map((found) => traceOf(found, tensors)),
  }
}

function unlabelled(inputs: readonly Tensor[]): Samples {
  return { count: inputs[0].shape[0], inputs, labels: [], weights: [] }
}

function objectivesFor({ network }: Session, compiled: Compiled | null, { loss }: TraceOptions): Objective[] {
  const where = 'model.trace'
  if (loss === undefined && !compiled)
    throw new OptionError(`${where}: with y it needs a loss: give { y, loss }, or compile the model first`)
  const given = loss === undefined ? compiled?.loss : resolveLoss(loss, `${where}, loss`)
  return objectivesOf(network, {
    loss: given as Loss,
    lossWeights: loss === undefined ? (compiled?.lossWeights ?? null) : null,
    metrics: [],
    weightedMetrics: [],
  })
}

/** Room for every output of a program. */
function roomFor(program: Program, counts: Readonly<Record<string, number>>): Record<string, Float32Tensor> {
  return Object.fromEntries(
    Object.entries(program.outputs).map(([name, id]) => {
      const shape = resolveShape(program.values[id].shape, counts)
      return [name, { shape, data: new Float32Array(sizeOf(shape)) }]
    }),
  )
}

function traceOf(
  { instruction, outputs }: Inspected,
  tensors: Readonly<Record<string, Float32Tensor>>,
): RecurrentTrace {
  const fetched: Fetched = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, tensors[output]]),
  )
  const { op, scope, attributes } = instruction
  const { h, c = null, gates } = fetched as Record<string, Float32Tensor>
  const values = (found: RecurrentGradients): RecurrentValues => ({
    h: { shape: h.shape, data: found.h },
    c: found.c ? { shape: h.shape, data: found.c } : null,
    gates: gatesOf(op, h.shape, found.gates),
  })
  const gradients = gradientsInside(instruction, fetched)
  return {
    layer: scope,
    kind: KINDS[op as keyof typeof KINDS],
    backwards: attributes.reverse === true,
    h,
    c,
    gates: gatesOf(op, h.shape, gates?.data),
    gradients: gradients && values(gradients),
  }
}

function gatesOf(
  op: string,
  shape: readonly number[],
  data: Float32Array | undefined,
): Record<string, Float32Tensor> {
  const names = GATES[op]
  if (!data || names.length === 0) return {}
  const blocks = blocksOf({ shape: [shape[0], shape[1], names.length * shape[2]], data }, names)
  return Object.fromEntries(names.map((name) => [name, { shape, data: blocks[name] }]))
}
