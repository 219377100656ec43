import { Labels } from '../losses/labels.ts'
import { emitNetwork, ProgramSurroundings } from '../network/emit.ts'
import { type Network, slotName, type Variable } from '../network/network.ts'
import { assign } from '../ops/assign.ts'
import { guard } from '../ops/guard.ts'
import { multiply } from '../ops/multiply.ts'
import { onePerStep } from '../ops/shapes.ts'
import { composed } from '../optimizers/composed.ts'
import type { Optimizer } from '../optimizers/optimizer.ts'
import type { Trained } from '../optimizers/update.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Program, type Value } from '../program/program.ts'
import { emitFigures, PENALTY } from './figures.ts'
import type { Objective } from './objectives.ts'
import { emitOptimizer } from './update.ts'

/** Names among a program's inputs: the labels; what rows and steps count for; what an output counts for, where not 1. */
export const LABELS = 'y'
export const LOSS_WEIGHT = 'lossWeight'
export const LOSS_FACTOR = 'lossFactor'
/** Among a program's outputs. */
const PREDICTIONS = 'predictions'

/** A variant of a program: inputs that come with a mask of their own (`maskOf`), because their samples differ in length. */
export interface Variant {
  /** By input. */
  readonly masked?: readonly boolean[]
  /** By objective whose labels are sequences: their length. */
  readonly labels?: readonly number[]
  /** In training with gradientAccumulationSteps: the gradients are added up and no more. */
  readonly waits?: boolean
}

/** Name of an input's own mask among a program's inputs. */
export const maskOf = (feed: string): string => `mask of ${feed}`

/** x → predictions. */
export function predictionProgram(network: Network, variant: Variant = {}): Program {
  const builder = new Builder('prediction')
  const { outputs } = emitForward(builder, network, variant, false)
  for (const [index, { name }] of network.outputs.entries())
    builder.output(predictionName(network, name), outputs[index])
  return builder.finish()
}

/** x, y → loss and metrics of every row and step. */
export function evaluationProgram(
  network: Network,
  { objectives, trainable }: Omit<TrainingParts, 'optimizer'>,
  variant: Variant = {},
): Program {
  const builder = new Builder('evaluation')
  const forward = emitForward(builder, network, variant, false)
  emitObjectives(builder, objectives, forward, variant)
  emitPenalties(builder, trainable, forward)
  return builder.finish()
}

export interface TrainingParts {
  readonly optimizer: Optimizer
  readonly objectives: readonly Objective[]
  /** The weights that training changes: those that were trainable when the model was compiled. */
  readonly trainable: readonly Variable[]
}

/**
 * One training step: x, y → loss and metrics; then, if the loss is finite, gradients, the optimizer's update, and what
 * layers keep of it (moving averages).
 * The loss that is made small is Σ loss ⊙ lossWeight over rows, steps and outputs.
 */
export function trainingProgram(network: Network, parts: TrainingParts, variant: Variant = {}): Program {
  const { optimizer, trainable } = parts
  const builder = new Builder('training')
  const { gradients, updates } = emitGradients(builder, network, parts, variant)
  emitOptimizer(builder, optimizer, trainedOf(trainable, gradients), variant.waits === true)
  for (const { parameter, value } of updates.values()) builder.emit(assign, { target: parameter, value }, {})
  return builder.finish()
}

/** The weights that the loss depends on, with their gradients. */
function trainedOf(trainable: readonly Variable[], gradients: ReadonlyMap<Value, Value>): Trained[] {
  const parts = new Map(
    [...gradients].map(([parameter, gradient]) => [parameter.name, { parameter, gradient }]),
  )
  return trainable
    .map(({ spec, parameters }) => ({ spec, parts: parameters.flatMap(({ name }) => parts.get(name) ?? []) }))
    .filter((weight) => weight.parts.length > 0)
}

/** x, y → loss, and its gradient for every weight and for the input, fetched as `d <name>`. For inspection and tests. */
export function gradientProgram(
  network: Network,
  objectives: readonly Objective[],
  variant: Variant = {},
): Program {
  const builder = new Builder('gradients')
  const parts = { objectives, trainable: network.trainableVariables }
  const { inputs, predictions, gradients } = emitGradients(builder, network, parts, variant, true)
  for (const [index, value] of predictions.entries())
    builder.output(predictionName(network, network.outputs[index].name), value)
  for (const [value, gradient] of gradients) {
    const input = inputs.indexOf(value)
    builder.output(`d ${input < 0 ? value.name : network.inputs[input].feed}`, gradient)
  }
  return builder.finish()
}

/** Name of what this output of the network predicts. */
export function predictionName({ outputs }: Network, name: string): string {
  return outputs.length === 1 ? PREDICTIONS : `${PREDICTIONS}/${name}`
}

function emitGradients(
  builder: Builder,
  network: Network,
  { objectives, trainable, optimizer }: Omit<TrainingParts, 'optimizer'> & Partial<TrainingParts>,
  variant: Variant,
  ofInputs = false,
) {
  const forward = emitForward(builder, network, variant, true)
  const losses = emitObjectives(builder, objectives, forward, variant)
  const penalty = emitPenalties(builder, trainable, forward)
  builder.within('loss', () => {
    for (const { loss } of losses) builder.emit(guard, { loss }, {})
    if (penalty) builder.emit(guard, { loss: penalty }, {})
  })
  const parameters = trainable
    .flatMap((variable) => variable.parameters)
    .map(({ name, type }) => builder.parameter(name, type))
  const { inputs } = forward
  const wanted = ofInputs ? [...parameters, ...inputs.filter(({ dtype }) => dtype === 'float32')] : parameters
  return {
    inputs,
    predictions: forward.outputs,
    updates: forward.surroundings.updates,
    gradients: differentiate(
      builder,
      seedsOf(builder, losses, penalty, optimizer?.common.lossScaleFactor ?? 1),
      wanted,
    ),
  }
}

/** Appends what regularizers add to the loss; null where there is none. */
function emitPenalties(
  builder: Builder,
  trainable: readonly Variable[],
  { surroundings }: ReturnType<typeof emitForward>,
): Value | null {
  const weights = trainable.flatMap(({ spec: { regularizer }, parameters }) =>
    regularizer
      ? [{ regularizer, rows: parameters.map(({ name, type }) => builder.parameter(name, type)) }]
      : [],
  )
  const penalized = [...surroundings.penalized, ...weights]
  if (penalized.length === 0) return null
  const penalty = builder.within(PENALTY, () => composed.module.emitPenalties(builder.emit, penalized))
  builder.output(PENALTY, penalty)
  return penalty
}

/** d total / d loss, by output: its weights times what the output counts for; all of it times `scale`. */
export function seedsOf(
  builder: Builder,
  losses: ReturnType<typeof emitObjectives>,
  penalty: Value | null = null,
  scale = 1,
): Map<Value, Value> {
  const seeds = new Map<Value, Value>()
  if (penalty) seeds.set(penalty, composed.module.scaled(builder.emit, penalty, 0, scale))
  for (const { objective, loss, weights } of losses) {
    const { lossWeight } = objective.plan.measured
    const factor = lossWeight === 1 ? null : builder.input(LOSS_FACTOR + objective.suffix, weights)
    const counted = factor ? builder.emit(multiply, { a: weights, b: factor }, {}).y : weights
    seeds.set(loss, scale === 1 ? counted : composed.module.scaled(builder.emit, counted, scale))
  }
  return seeds
}

/** Appends the inputs and all layers. */
export function emitForward(builder: Builder, network: Network, { masked }: Variant, training: boolean) {
  const inputs = network.inputs.map(({ feed, type }) => builder.input(feed, type))
  const masks = network.inputs.map(({ feed, type }, index) =>
    masked?.[index] ? builder.input(maskOf(feed), { shape: type.shape.slice(0, 2), dtype: 'int32' }) : null,
  )
  const generator = training ? builder.input('generator', { shape: [4], dtype: 'int32' }) : null
  const surroundings = new ProgramSurroundings(builder, network, generator)
  return { inputs, surroundings, ...emitNetwork(network, inputs, masks, surroundings) }
}

/** Appends loss and metrics; returns for each output that has one the loss of every row and step, and what they count for. */
export function emitObjectives(
  builder: Builder,
  objectives: readonly Objective[],
  { outputs, masks }: ReturnType<typeof emitForward>,
  variant: Variant,
): { objective: Objective; loss: Value; weights: Value }[] {
  return objectives.flatMap((objective, index) => {
    const predictions = outputs[index]
    const labels = emitLabels(builder, objective, variant.labels?.[index])
    if (!labels) return []
    const { suffix, plan } = objective
    const counted = labels.kind === 'sequences' ? { ...predictions, shape: [BATCH, 1] } : predictions
    const lossWeight = builder.input(LOSS_WEIGHT + suffix, onePerStep(counted))
    const mask = masks[index] ?? undefined
    const found = emitFigures(builder, plan, { predictions, labels, mask, lossWeight })
    return found ? [{ objective, ...found }] : []
  })
}

/** Where an output has neither loss nor metrics, nothing is fed. */
function emitLabels(builder: Builder, { output, suffix, labels }: Objective, length = 1): Labels | null {
  if (!labels) return null
  const dims = { values: output.dims, classes: output.dims.slice(0, -1), sequences: [length] }[labels]
  const y = builder.input(LABELS + suffix, {
    shape: [BATCH, ...dims],
    dtype: labels === 'values' ? 'float32' : 'int32',
  })
  return new Labels(labels, y)
}

/** All weights and the optimizer's slots, so that they can be read and written before anything is computed. */
export function weightsProgram(
  network: Network,
  slots: readonly string[],
  trainable: readonly Variable[],
): Program {
  const builder = new Builder('weights')
  for (const { name, type } of network.parameters) builder.parameter(name, type)
  for (const { parameters } of trainable)
    for (const { name, type } of parameters)
      for (const slot of slots) builder.state(slotName(slot, name), type)
  return builder.finish()
}
