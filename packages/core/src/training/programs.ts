import type { Loss } from '../losses/index.ts'
import { Labels } from '../losses/labels.ts'
import type { Metric } from '../metrics/metric.ts'
import { dims, type Network, slotName } from '../network/network.ts'
import { guard } from '../ops/guard.ts'
import { onePerStep } from '../ops/shapes.ts'
import type { Optimizer } from '../optimizers/index.ts'
import { Builder } from '../program/builder.ts'
import { differentiate } from '../program/differentiate.ts'
import { BATCH, type Program, type Value } from '../program/program.ts'
import { emitFigures, type FiguresPlan, planFigures } from './figures.ts'

/** What `compile` was given, resolved. */
export interface Compiled {
  readonly optimizer: Optimizer
  readonly loss: Loss
  readonly metrics: readonly Metric[]
}

/** The figures of a compiled model, under the names that its programs put them out. */
export function figuresOf({ loss, metrics }: Compiled): FiguresPlan[] {
  return planFigures([{ output: '', loss, lossWeight: 1, metrics, weightedMetrics: [] }])
}

/** x → predictions. */
export function predictionProgram(network: Network): Program {
  const builder = new Builder('prediction')
  builder.output('predictions', emitForward(builder, network, false))
  return builder.finish()
}

/** x, y, lossWeight → loss and metrics of every row and step. */
export function evaluationProgram(network: Network, compiled: Compiled): Program {
  const builder = new Builder('evaluation')
  emitLoss(builder, network, compiled, emitForward(builder, network, false))
  return builder.finish()
}

/**
 * One training step: x, y → loss and metrics; then, if the loss is finite, gradients and the optimizer's update.
 * The loss that is made small is Σ loss ⊙ lossWeight over rows and steps: lossWeight holds 1 / (rows · steps).
 */
export function trainingProgram(network: Network, compiled: Compiled): Program {
  const builder = new Builder('training')
  const { gradients } = emitGradients(builder, network, compiled)
  const { optimizer } = compiled
  const hyper = builder.input('hyper', { shape: [optimizer.hyperSize], dtype: 'float32' })
  builder.within('optimizer', () => {
    for (const [parameter, gradient] of gradients) {
      const slot = (name: string) => builder.state(slotName(name, parameter.name), { ...parameter })
      optimizer.emit(builder, { parameter, gradient, slot, hyper })
    }
  })
  return builder.finish()
}

/** x, y → loss, and its gradient for every weight and for the input, fetched as `d <name>`. For inspection and tests. */
export function gradientProgram(network: Network, compiled: Compiled): Program {
  const builder = new Builder('gradients')
  const { x, predictions, gradients } = emitGradients(builder, network, compiled, true)
  builder.output('predictions', predictions)
  for (const [value, gradient] of gradients) builder.output(`d ${value === x ? 'x' : value.name}`, gradient)
  return builder.finish()
}

function emitGradients(builder: Builder, network: Network, compiled: Compiled, ofInput = false) {
  const predictions = emitForward(builder, network, true)
  const { loss, weights } = emitLoss(builder, network, compiled, predictions)
  builder.within('loss', () => builder.emit(guard, { loss }, {}))
  const parameters = network.parameters.map(({ name, type }) => builder.parameter(name, type))
  const x = builder.values[builder.finish().inputs.x]
  const wanted = ofInput && x.dtype === 'float32' ? [...parameters, x] : parameters
  return { x, predictions, gradients: differentiate(builder, new Map([[loss, weights]]), wanted) }
}

function emitForward(builder: Builder, network: Network, training: boolean): Value {
  const x = builder.input('x', network.inputType)
  const generator = training ? builder.input('generator', { shape: [4], dtype: 'int32' }) : null
  return network.emit(builder, x, generator)
}

/** Appends loss and metrics; returns the loss of every row and step, and with what weight each counts. */
function emitLoss(builder: Builder, network: Network, compiled: Compiled, predictions: Value) {
  const outputs = dims(network.outputShape)
  const { labels: kind } = compiled.loss
  const y = builder.input('y', {
    shape: [BATCH, ...(kind === 'classes' ? outputs.slice(0, -1) : outputs)],
    dtype: kind === 'classes' ? 'int32' : 'float32',
  })
  const lossWeight = builder.input('lossWeight', onePerStep(predictions))
  const [plan] = figuresOf(compiled)
  const found = emitFigures(builder, plan, { predictions, labels: new Labels(kind, y), lossWeight })
  if (!found) throw new Error('a model is compiled with a loss')
  return found
}

/** All weights and the optimizer's slots, so that they can be read and written before anything is computed. */
export function weightsProgram(network: Network, slots: readonly string[]): Program {
  const builder = new Builder('weights')
  for (const { name, type } of network.parameters) {
    builder.parameter(name, type)
    for (const slot of slots) builder.state(slotName(slot, name), type)
  }
  return builder.finish()
}
