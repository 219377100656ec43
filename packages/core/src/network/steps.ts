import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import type { GraphCall, Place } from './graph.ts'
import { Network } from './network.ts'

// A network cut down to one time step: for streams, which see a sequence step by step.

/** A network for one time step, and the shapes of what comes out of it, without batch and step. */
export interface StepNetwork {
  readonly network: Network
  readonly outputShapes: readonly (readonly number[])[]
  /** By output: is it a sequence, of which this is one step? */
  readonly sequences: readonly boolean[]
}

/** A layer out of a network: a model that is used as one. */
export type LayerOfNetwork = (model: Layer, network: Network) => Layer

/**
 * The same layers and weights, for one time step. Throws where a layer needs more than it has seen.
 *
 * @param begins by input: is it a sequence? Default: told by their shapes.
 */
export function stepNetwork(
  where: string,
  network: Network,
  layerOf: LayerOfNetwork,
  begins = network.inputs.map(startsWithSteps),
): StepNetwork {
  const { graph, layers } = network
  const results: (readonly boolean[])[] = []
  const isSequence = ({ call, index }: Place): boolean =>
    call < 0 ? begins[-1 - call] : results[call][index]
  const steppers = [...graph.layers]
  for (const call of graph.calls) {
    const { layer, name, outputs } = layers[call.layer]
    const given = call.inputs.map(isSequence)
    if (layer.network instanceof Network) {
      const inner = stepNetwork(where, layer.network, layerOf, given)
      steppers[call.layer] = layerOf(layer, inner.network)
      results.push(inner.sequences)
      continue
    }
    const refusal = given.some(Boolean) ? refusalOf(layer, call) : null
    if (refusal)
      throw new OptionError(
        `${where}: a model with the layer '${name}' (${layer.className}) cannot work step by step: ${refusal}. ` +
          'Give predict() the whole sequence instead.',
      )
    results.push(outputs.map((_, index) => given.some(Boolean) && staysSequence(layer, index)))
  }
  const inputs = graph.inputs.map((input, index) =>
    begins[index] ? { ...input, shape: [1, ...input.shape.slice(1)] } : input,
  )
  const steps = new Network(
    { ...graph, inputs, layers: steppers },
    layers.map(({ name }) => name),
  )
  requireSameWeights(where, network, steps)
  const sequences = graph.outputs.map(isSequence)
  const outputShapes = steps.outputs.map(({ shape }, index) =>
    shape.slice(sequences[index] ? 1 : 0).map(Number),
  )
  return { network: steps, outputShapes, sequences }
}

/** Has it a layer that carries something from step to step, itself or in a model that is one of its layers? */
export function isRecurrent({ layers }: Network): boolean {
  return layers.some(({ layer }) =>
    layer.network instanceof Network ? isRecurrent(layer.network) : layer.recurrent !== undefined,
  )
}

/** Is this input's first axis one of steps? Not where a single vector comes in. */
function startsWithSteps({ shape, idsBelow }: Network['inputs'][number]): boolean {
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
