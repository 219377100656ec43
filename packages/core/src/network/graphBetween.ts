import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import { listOf } from '../layers/listOf.ts'
import { formatShape } from '../layers/shape.ts'
import type { InputSource, SymbolicTensor } from '../layers/symbolic.ts'
import { BRANCHING } from './branching.ts'
import { type Graph, inputPlace, type Place } from './graph.ts'
import { KerasGraph, type MaskOperation, type Source } from './maskOperations.ts'

/**
 * The graph between these tensors. Layers come in Keras's order: by their longest way to an output, and where that is
 * equal in the order in which a walk from the outputs meets them (`keras.src.ops.function.map_graph`).
 *
 * @param order of layers and inputs, where it is known
 */
export function graphBetween(
  where: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  order?: readonly Owner[],
): Graph {
  const made = inputs.find(({ source }) => source.kind === 'call')
  if (made)
    throw new OptionError(
      `${where}: inputs must be made by input(…); one is the result of the layer '${nameOf(made)}'. Make an input of the shape ${formatShape(made.shape)} and apply the layers behind it to that.`,
    )
  const graph = new KerasGraph()
  const sources = sourcesBetween(where, inputs, outputs, graph)
  const calls = sources.filter((source) => source.kind === 'call')
  if (calls.length === 0)
    throw new OptionError(
      `${where}: there is no layer between its inputs and outputs. Apply one; layers.activation({ activation: 'linear' }) changes nothing.`,
    )
  const owners = inOrder(sources, inputs, outputs, graph)
  if (order) owners.sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const layers = owners.filter((owner) => !isInput(owner)) as Layer[]
  const placeOf = ({ source, index }: SymbolicTensor): Place =>
    source.kind === 'input'
      ? inputPlace(inputs.findIndex((tensor) => tensor.source === source))
      : { call: calls.indexOf(source), index }
  const names = nameInputs(where, inputs)
  return {
    inputs: inputs.map(({ shape, source }, index) => {
      const { dtype, batchSize } = source as InputSource
      const before = owners.slice(0, owners.indexOf(source as InputSource)).filter((owner) => !isInput(owner))
      return { name: names[index], shape, dtype, batchSize, before: before.length }
    }),
    layers,
    calls: calls.map(({ layer, inputs: given, options: { initialState = [] } }) => ({
      layer: layers.indexOf(layer),
      inputs: given.map(placeOf),
      initialStates: listOf(initialState).length,
    })),
    outputs: outputs.map(placeOf),
    branching: BRANCHING,
  }
}

const nameOf = ({ source }: SymbolicTensor) =>
  source.kind === 'call' ? (source.layer.name ?? source.layer.className) : source.name

export type Owner = Layer | InputSource

const isInput = (owner: Owner): owner is InputSource => 'kind' in owner

/** All that the outputs need, each after what it needs itself: calls, inputs, and what Keras computes masks with. */
function sourcesBetween(
  where: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  graph: KerasGraph,
): Source[] {
  const known = new Set<Source>(inputs.map(({ source }) => source))
  const sources: Source[] = []
  const visit = (source: Source): void => {
    if (known.has(source)) return
    if (source.kind === 'input')
      throw new OptionError(
        `${where}: an output depends on the input ${source.name ? `'${source.name}'` : 'of another graph'}, which is not among the model's inputs`,
      )
    known.add(source)
    for (const parent of graph.parentsOf(source)) visit(parent)
    sources.push(source)
  }
  for (const { source } of outputs) visit(source)
  return sources
}

/** To whom a node of Keras's graph belongs. */
const ownerOf = (source: Source): Owner | MaskOperation => (source.kind === 'call' ? source.layer : source)

/** Layers and inputs in Keras's order. */
function inOrder(
  sources: readonly Source[],
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  graph: KerasGraph,
): Owner[] {
  const met = new Set<Owner | MaskOperation>()
  const seen = new Set<Source>()
  const walk = (source: Source): void => {
    if (seen.has(source)) return
    seen.add(source)
    met.add(ownerOf(source))
    for (const parent of graph.parentsOf(source)) walk(parent)
  }
  for (const { source } of outputs) walk(source)
  const depthOf = depths(sources, outputs, graph)
  // inputs that no output needs come first among the last
  const unused = inputs.map(({ source }) => ownerOf(source)).filter((owner) => !met.has(owner))
  return [...unused, ...met]
    .sort((a, b) => (depthOf.get(b) ?? 0) - (depthOf.get(a) ?? 0))
    .filter((owner): owner is Owner => !('kind' in owner && owner.kind === 'mask'))
}

/** The longest way from a layer or input to an output; a shared layer's calls all count as deep as its deepest so far. */
function depths(
  sources: readonly Source[],
  outputs: readonly SymbolicTensor[],
  graph: KerasGraph,
): Map<Owner | MaskOperation, number> {
  const ofSource = new Map<Source, number>()
  const ofOwner = new Map<Owner | MaskOperation, number>()
  const settle = (source: Source): number => {
    const depth = Math.max(ofSource.get(source) ?? 0, ofOwner.get(ownerOf(source)) ?? 0)
    ofOwner.set(ownerOf(source), depth)
    return depth
  }
  for (const source of sources.toReversed()) {
    const depth = settle(source)
    for (const parent of graph.parentsOf(source))
      ofSource.set(parent, Math.max(depth + 1, ofSource.get(parent) ?? 0))
  }
  for (const [source] of ofSource) if (source.kind === 'input') settle(source)
  for (const { source } of outputs) if (source.kind === 'input') settle(source)
  return ofOwner
}

/** Names as Keras gives them: input_layer, input_layer_1, … */
function nameInputs(where: string, inputs: readonly SymbolicTensor[]): string[] {
  const given = inputs.map(({ source }) => (source as InputSource).name)
  const taken = new Set(given)
  let next = 0
  const names = given.map((name) => {
    if (name !== null) return name
    let free = ''
    do free = next === 0 ? 'input_layer' : `input_layer_${next}`
    while (next++ >= 0 && taken.has(free))
    return free
  })
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    throw new OptionError(`${where}: two inputs are named '${twice}'; names must differ`)
  return names
}
