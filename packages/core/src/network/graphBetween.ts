import { OptionError } from '../errors.ts'
import type { Layer } from '../layers/layer.ts'
import { listOf } from '../layers/listOf.ts'
import { formatShape } from '../layers/shape.ts'
import type { Call, InputSource, SymbolicTensor } from '../layers/symbolic.ts'
import { type Graph, inputPlace, type Place } from './graph.ts'

/**
 * The graph between these tensors. Layers come in Keras's order: by their longest way to an output, and where that is
 * equal in the order in which a walk from the outputs meets them (`keras.src.ops.function.map_graph`).
 */
export function graphBetween(
  where: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Graph {
  const made = inputs.find(({ source }) => source.kind === 'call')
  if (made)
    throw new OptionError(
      `${where}: inputs must be made by input(…); one is the result of the layer '${nameOf(made)}'. Make an input of the shape ${formatShape(made.shape)} and apply the layers behind it to that.`,
    )
  const calls = callsBetween(where, inputs, outputs)
  if (calls.length === 0)
    throw new OptionError(
      `${where}: there is no layer between its inputs and outputs. Apply one; layers.activation({ activation: 'linear' }) changes nothing.`,
    )
  const owners = inOrder(calls, inputs, outputs)
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
  }
}

const nameOf = ({ source }: SymbolicTensor) =>
  source.kind === 'call' ? (source.layer.name ?? source.layer.className) : source.name

type Owner = Layer | InputSource

const isInput = (owner: Owner): owner is InputSource => 'kind' in owner
const ownerOf = (source: Call | InputSource): Owner => (source.kind === 'input' ? source : source.layer)

/** All calls that the outputs need, each after those it needs itself. */
function callsBetween(
  where: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Call[] {
  const known = new Set<Call | InputSource>(inputs.map(({ source }) => source))
  const calls: Call[] = []
  const visit = ({ source }: SymbolicTensor): void => {
    if (known.has(source)) return
    if (source.kind === 'input')
      throw new OptionError(
        `${where}: an output depends on the input ${source.name ? `'${source.name}'` : 'of another graph'}, which is not among the model's inputs`,
      )
    known.add(source)
    for (const tensor of source.inputs) visit(tensor)
    calls.push(source)
  }
  for (const output of outputs) visit(output)
  return calls
}

/** Layers and inputs in Keras's order. */
function inOrder(
  calls: readonly Call[],
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Owner[] {
  const met: Owner[] = []
  const seen = new Set<Call | InputSource>()
  const walk = ({ source }: SymbolicTensor): void => {
    if (seen.has(source)) return
    seen.add(source)
    if (!met.includes(ownerOf(source))) met.push(ownerOf(source))
    if (source.kind === 'call') for (const tensor of source.inputs) walk(tensor)
  }
  for (const output of outputs) walk(output)
  const depthOf = depths(calls, outputs)
  // inputs that no output needs come first among the last
  const unused = inputs.map(({ source }) => ownerOf(source)).filter((owner) => !met.includes(owner))
  return [...unused, ...met].sort((a, b) => (depthOf.get(b) ?? 0) - (depthOf.get(a) ?? 0))
}

/** The longest way from a layer or input to an output; a shared layer's calls all count as deep as its deepest so far. */
function depths(calls: readonly Call[], outputs: readonly SymbolicTensor[]): Map<Owner, number> {
  const ofSource = new Map<Call | InputSource, number>()
  const ofOwner = new Map<Owner, number>()
  const settle = (source: Call | InputSource): number => {
    const depth = Math.max(ofSource.get(source) ?? 0, ofOwner.get(ownerOf(source)) ?? 0)
    ofOwner.set(ownerOf(source), depth)
    return depth
  }
  for (const call of calls.toReversed()) {
    const depth = settle(call)
    for (const { source } of call.inputs) ofSource.set(source, Math.max(depth + 1, ofSource.get(source) ?? 0))
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
