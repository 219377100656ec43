import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import type { GraphCall, Place } from './graph.ts'
import { Network } from './network.ts'

// A network cut down to one time step: for streams, which see a sequence step by step.

/** A network for one time step, and the shapes of what comes out of it, without batch and step. */
export interface StepNetwork {
  readonly network: Network
  readonly outputShapes: readonly (readonly number[])[]
}

/** The same layers and weights, for one time step. Throws where a layer needs more than it has seen. */
export function stepNetwork(where: string, network: Network): StepNetwork {
  const { graph, layers } = network
  const results: (readonly boolean[])[] = []
  const isSequence = ({ call, index }: Place): boolean =>
    call < 0 ? startsWithSteps(network, -1 - call) : results[call][index]
  for (const call of graph.calls) {
    const { layer, name, outputs } = layers[call.layer]
    const refusal = call.inputs.some(isSequence) ? refusalOf(layer, call) : null
    if (refusal)
      throw new OptionError(
        `${where}: a model with the layer '${name}' (${layer.className}) cannot work step by step: ${refusal}. ` +
          'Give predict() the whole sequence instead.',
      )
    results.push(outputs.map((_, index) => call.inputs.some(isSequence) && staysSequence(layer, index)))
  }
  if (!graph.calls.some(({ layer }) => layers[layer].layer.recurrent))
    throw new OptionError(
      `${where}: this model has no recurrent layer, so there is nothing to carry from step to step; use predict()`,
    )
  const inputs = graph.inputs.map((input, index) =>
    startsWithSteps(network, index) ? { ...input, shape: [1, ...input.shape.slice(1)] } : input,
  )
  const steps = new Network(
    { ...graph, inputs },
    layers.map(({ name }) => name),
  )
  requireSameWeights(where, network, steps)
  const outputShapes = steps.outputs.map(({ shape }, index) =>
    shape.slice(isSequence(graph.outputs[index]) ? 1 : 0).map(Number),
  )
  return { network: steps, outputShapes }
}

/** Is this input's first axis one of steps? Not where a single vector comes in. */
function startsWithSteps({ inputs }: Network, index: number): boolean {
  const { shape, idsBelow } = inputs[index]
  return shape.length > 1 || (shape.length === 1 && idsBelow !== null)
}

function refusalOf({ recurrent, eachStep, whyWhole }: Layer, call: GraphCall): string | null {
  if (!recurrent) return eachStep ? null : (whyWhole ?? 'it does not treat every step alike')
  if (recurrent.goBackwards) return 'it reads the sequence from its end, which is not there yet'
  return call.initialStates > 0 ? 'its initialState would begin anew at every step' : null
}

function staysSequence({ recurrent }: Layer, output: number): boolean {
  return !recurrent || (output === 0 && recurrent.returnSequences)
}

function requireSameWeights(where: string, network: Network, steps: Network): void {
  const sizes = new Map(network.parameters.map(({ name, size }) => [name, size]))
  const odd = steps.parameters.find(({ name, size }) => sizes.get(name) !== size)
  if (odd)
    throw new OptionError(
      `${where}: '${odd.name}' has weights of its own for every step, so the model cannot work step by step`,
    )
}
