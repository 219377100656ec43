import type { Json, JsonObject } from '../config/keras.ts'
import type { Layer } from '../layers/layer.ts'
import type { Graph, Place } from '../network/graph.ts'
import { type MaskForms, masksOfResults } from '../network/masks.ts'
import type { Network } from '../network/network.ts'

// Keras's JSON writes down how masks are computed, and hands them to layers as arguments of their calls; here layers find them
// by themselves. Both are told as terms: equal terms are equal masks.

/** How a mask is computed; null: none, all steps are there. */
export type MaskTerm = string | null

const notEqual = (tensor: string, value: Json | undefined) => `${tensor} ≠ ${Number(value)}`
const every = (tensor: string) => `every ${tensor}`
const or = (a: string, b: string) => (a === b ? a : `(${[a, b].sort().join(' or ')})`)
const joined = (axis: Json, masks: readonly string[]) => `[${masks.join()}] along ${axis}`

const TERMS: MaskForms<string> = {
  notEqual,
  or,
  joined: (axis, masks, tensors) =>
    joined(
      axis,
      masks.map((mask, i) => mask ?? every(tensors[i])),
    ),
  same: (mask) => mask,
}

/** The masks that a layer finds for its results. @param tensors keys of what it takes, @param masks of these */
export function termsOfResults(
  layer: Layer,
  tensors: readonly string[],
  masks: readonly MaskTerm[],
): readonly MaskTerm[] {
  return layer.network
    ? masksOfNetwork(layer.network as Network, tensors, masks)
    : masksOfResults(layer, tensors, masks, TERMS)
}

/** Where a graph's calls take masks, and what masks their results have: by call. */
export function masksInGraph(
  { calls, layers }: Graph,
  tensors: readonly string[],
  masks: readonly MaskTerm[],
): readonly { readonly taken: readonly MaskTerm[]; readonly found: readonly MaskTerm[] }[] {
  const passed: { taken: readonly MaskTerm[]; found: readonly MaskTerm[] }[] = []
  const keyOf = ({ call, index }: Place) =>
    call < 0 ? tensors[-1 - call] : `${tensors.join()} ${call} ${index}`
  const maskOf = ({ call, index }: Place) => (call < 0 ? masks[-1 - call] : passed[call].found[index]) ?? null
  for (const { layer, inputs } of calls) {
    const taken = inputs.map(maskOf)
    passed.push({ taken, found: termsOfResults(layers[layer], inputs.map(keyOf), taken) })
  }
  return passed
}

function masksOfNetwork({ graph }: Network, tensors: readonly string[], masks: readonly MaskTerm[]) {
  const passed = masksInGraph(graph, tensors, masks)
  return graph.outputs.map(
    ({ call, index }) => (call < 0 ? masks[-1 - call] : passed[call].found[index]) ?? null,
  )
}

/** One of Keras's own operations in a graph: its class and options, and what it is called with. */
export interface Operation {
  readonly className: string
  readonly config: JsonObject
  readonly args: readonly Json[]
}

/** Operations that change the shape of a mask alone. */
const RESHAPING = ['Any', 'ExpandDims', 'BroadcastTo', 'ConvertToTensor']

/**
 * The mask that a tensor of Keras's JSON is; undefined where something that it is computed of is not there yet.
 *
 * @param operationOf the operation whose result this is, if it is one's
 * @param keyOf the key of a layer's result
 */
export function readMask(
  json: Json,
  operationOf: (json: Json | undefined) => Operation | undefined,
  keyOf: (json: Json) => string | undefined,
): string | undefined {
  const operation = operationOf(json)
  if (!operation) return keyOf(json)
  const { className, config, args } = operation
  const [a, b] = args
  const maskOf = (one: Json) => readMask(one, operationOf, keyOf)
  const of = (write: (...terms: string[]) => string, ...terms: (string | undefined)[]) =>
    terms.includes(undefined) ? undefined : write(...(terms as string[]))
  if (className === 'NotEqual') return of((x) => notEqual(x, b), keyOf(a))
  // zeros give the mask beside them the shape of a tensor
  if (className === 'LogicalOr')
    return operationOf(b)?.className === 'ZerosLike' ? maskOf(a) : of(or, maskOf(a), maskOf(b))
  if (className === 'OnesLike') return of(every, keyOf(a))
  if (className === 'Concatenate' && Array.isArray(a))
    return of((...masks) => joined(config.axis, masks), ...a.map(maskOf))
  return RESHAPING.includes(className) ? maskOf(a) : className
}
