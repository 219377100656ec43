import { layerName } from '../config/keras.ts'
import { DataError, OptionError } from '../errors.ts'
import type { Layer, WeightSpec } from '../layers/layer.ts'
import type { Shape } from '../layers/shape.ts'
import type { Dim, ValueType } from '../program/program.ts'
import { BATCH } from '../program/program.ts'
import {
  ChainLengths,
  chainGraph,
  type Graph,
  type GraphCall,
  type GraphInput,
  type Place,
  TIME,
} from './graph.ts'
import { type Home, placeOf, settle } from './home.ts'

/** A layer in its place: named, its shapes known. */
export interface PlacedLayer {
  readonly layer: Layer
  readonly name: string
  /** Shapes of its (first call's) inputs, and of its outputs. */
  readonly inputs: readonly Shape[]
  readonly outputs: readonly Shape[]
  readonly variables: readonly Variable[]
}

/** A weight of the model as Keras sees it, and the program's parameters that hold it. */
export interface Variable {
  /** `lstm/recurrent_kernel` */
  readonly path: string
  readonly layer: Layer
  readonly spec: WeightSpec
  /** One, or one a row of the first axis; together they hold the weight's entries in order. */
  readonly parameters: readonly Parameter[]
}

export interface Parameter {
  /** In programs and on the machine. Other models may know the weight under another path. */
  readonly name: string
  /** What its layer calls it, after the path of the layer: `gru/recurrent_bias`. */
  readonly path: string
  readonly type: ValueType
  readonly size: number
}

/** Where samples enter. */
export interface NetworkInput extends GraphInput {
  /** Name among a program's inputs. */
  readonly feed: string
  /** Of the program's value. */
  readonly type: ValueType
  /** Ids must be below this; null where numbers come in. */
  readonly idsBelow: number | null
}

export interface NetworkOutput {
  /** The layer's name. */
  readonly name: string
  readonly shape: Shape
  /** Dimensions of the program's value, without the batch. */
  readonly dims: readonly Dim[]
}

/** A graph of layers whose shapes are known. */
export class Network {
  readonly inputs: readonly NetworkInput[]
  readonly outputs: readonly NetworkOutput[]
  readonly layers: readonly PlacedLayer[]
  readonly graph: Graph
  /** May training change any weight? Beside what the layers say. */
  trainable = true
  readonly #tensors: Tensors

  constructor(graph: Graph, names: readonly string[] = nameLayers(graph.layers)) {
    this.graph = graph
    const tensors = shapesOf(graph, names)
    this.#tensors = tensors
    this.layers = graph.layers.map((layer, index) => place(graph, tensors, layer, names[index], index))
    this.layers.forEach(requireSizes)
    requireOnce(graph.layers, names)
    this.inputs = graph.inputs.map((input, index) => networkInput(graph, tensors, this.layers, input, index))
    const outputNames = graph.outputNames ?? graph.branching?.nameOutputs(graph, names) ?? names.slice(-1)
    this.outputs = graph.outputs.map((found, index) => {
      const shape = tensors.shape(found)
      return { name: outputNames[index], shape, dims: dims(shape, tensors.extent(found)) }
    })
    // from here on nothing is wrong with it
    settle(graph.layers.flatMap((layer, index) => leaves(layer, names[index])))
    for (const { layer, variables } of this.layers) sizes.set(layer, sizesOf(variables))
  }

  static chain(layers: readonly Layer[], names: readonly string[], inputShape: Shape): Network {
    const [{ batchSize }] = layers
    return new Network(
      chainGraph(layers, { name: 'input_layer', shape: inputShape, dtype: null, batchSize }),
      names,
    )
  }

  get variables(): readonly Variable[] {
    return this.layers.flatMap(({ variables }) => variables)
  }

  /** Those that training changes, as the layers say now. */
  get trainableVariables(): readonly Variable[] {
    return this.variables.filter(
      ({ layer, spec }) => this.trainable && layer.trainable && spec.trainable !== false,
    )
  }

  get parameters(): readonly Parameter[] {
    return this.variables.flatMap(({ parameters }) => parameters)
  }

  /** Where its weights live. */
  get home(): Home {
    return placeOf(leaves(this.graph.layers[0], '')[0][0]).home
  }

  /** Shapes of the outputs where its inputs have these shapes: lengths that it leaves open may be told. */
  outputShapes(inputs: readonly Shape[]): readonly Shape[] {
    const { graph } = this
    const told = graph.inputs.map((input, index) => ({
      ...input,
      shape: input.shape.map((dim, axis) => dim ?? inputs[index][axis]),
    }))
    const tensors = shapesOf(
      { ...graph, inputs: told },
      this.layers.map(({ name }) => name),
    )
    return graph.outputs.map(tensors.shape)
  }

  /** The extents that this input's open length is counted by; none where it is fixed. */
  extentOf(input: number): string | null {
    const open = this.inputs[input].shape[0] === null
    return open ? String(this.#tensors.extent({ call: -1 - input, index: 0 })) : null
  }
}

/** Names as Keras gives them: the class in snake case, numbered from the second on. */
export function nameLayers(layers: readonly Layer[]): string[] {
  const taken = new Set<string>()
  for (const { name } of layers) {
    if (name === null) continue
    if (taken.has(name)) throw new OptionError(`two layers are named '${name}'; names must differ`)
    taken.add(name)
  }
  return layers.map(({ name, className }) => {
    if (name !== null) return name
    const base = layerName(className)
    let free = base
    for (let n = 1; taken.has(free); n++) free = `${base}_${n}`
    taken.add(free)
    return free
  })
}

/** Shapes of all tensors of a graph, and by which extent their open lengths are counted. */
interface Tensors {
  shape(place: Place): Shape
  extent(place: Place): Dim
}

function shapesOf(graph: Graph, names: readonly string[]): Tensors {
  const results: (readonly Shape[])[] = []
  const shape = ({ call, index }: Place): Shape =>
    call < 0 ? graph.inputs[-1 - call].shape : results[call][index]
  const lengths = graph.branching?.lengthsOf(graph) ?? new ChainLengths(graph)
  for (const [index, call] of graph.calls.entries()) {
    const layer = graph.layers[call.layer]
    const inputs = call.inputs.map(shape)
    checkGiven(graph, call, layer, names, inputs[0])
    results.push(layer.outputShapes?.(...inputs) ?? [layer.outputShape(...inputs)])
    lengths.add(call, index, inputs)
  }
  return { shape, extent: (place) => lengths.of(place) }
}

function checkGiven(
  graph: Graph,
  call: GraphCall,
  layer: Layer,
  names: readonly string[],
  input: Shape,
): void {
  const name = names[call.layer]
  const isFirst = call.inputs[0].call < 0
  const given = layer.inputShape
  if (!isFirst && given && !sameShape(given, input)) {
    throw new DataError(
      `layer '${name}' expects the inputShape [${given}], but the layer before it returns [${input}]. Leave inputShape out.`,
    )
  }
  if (!isFirst && layer.takesIds)
    throw new DataError(
      `layer '${name}' takes ids, so it must ${graph.inputs.length === 1 ? 'be the first layer of the model' : 'take an input of the model'}`,
    )
}

function place(graph: Graph, tensors: Tensors, layer: Layer, name: string, index: number): PlacedLayer {
  const calls = graph.calls.flatMap((call, at) => (call.layer === index ? [at] : []))
  const inputsOf = (at: number) => graph.calls[at].inputs.map(tensors.shape)
  const inputs = inputsOf(calls[0])
  const weights = layer.weights(...inputs)
  for (const at of calls.slice(1))
    graph.branching?.requireAlike(name, inputs, inputsOf(at), weights, layer.weights(...inputsOf(at)))
  const outputs = (layer.outputShapes?.(...inputs) ?? [layer.outputShape(...inputs)]).slice()
  return { layer, name, inputs, outputs, variables: weights.map((spec) => variable(layer, name, spec)) }
}

/** Shapes of the weights that layers have got: a layer owns its weights, in whatever models it is. */
const sizes = new WeakMap<Layer, readonly (readonly number[])[]>()
const sizesOf = (variables: readonly Variable[]) => variables.map(({ spec }) => spec.shape)

function requireSizes({ layer, name, variables }: PlacedLayer): void {
  const shapes = sizesOf(variables)
  const known = sizes.get(layer) ?? shapes
  const differs = shapes.findIndex((shape, index) => String(shape) !== String(known[index]))
  if (differs >= 0)
    throw new DataError(
      `layer '${name}' is part of another model, where its ${variables[differs].spec.name} is [${known[differs]}]; here it would be [${shapes[differs]}]. Use two layers.`,
    )
}

function networkInput(
  graph: Graph,
  tensors: Tensors,
  layers: readonly PlacedLayer[],
  input: GraphInput,
  index: number,
): NetworkInput {
  const takers = graph.calls
    .filter(({ inputs }) => inputs.some(({ call }) => call === -1 - index))
    .map(({ layer }) => layers[layer])
  const ids = takers.flatMap(({ layer }) => layer.takesIds ?? [])
  if (ids.length > 0) graph.branching?.requireIds(input.name, takers)
  const dtype = ids.length > 0 ? 'int32' : 'float32'
  return {
    ...input,
    feed: graph.inputs.length === 1 ? 'x' : `x/${input.name}`,
    type: { shape: [BATCH, ...dims(input.shape, tensors.extent({ call: -1 - index, index: 0 }))], dtype },
    idsBelow: ids.length > 0 ? Math.min(...ids) : null,
  }
}

/** A layer in a wrapper has its weights there, so it can stand in no other place; a model shares them wherever it is. */
function requireOnce(layers: readonly Layer[], names: readonly string[]): void {
  for (const [index, { around }] of layers.entries()) {
    const other = layers.findIndex(
      (layer, at) => at !== index && (layer === around || layer.around === around),
    )
    if (around && !around.network && other >= 0)
      throw new OptionError(
        `the layer in '${names[index]}' is also used by '${names[other]}', where it would have other weights: apply one of them wherever they are to be shared, or make two layers`,
      )
  }
}

/** The layers that have weights of their own: those of a model, where a model is used as a layer, or inside one. */
function leaves(layer: Layer, name: string): (readonly [Layer, string])[] {
  const { network } = layer.around ?? layer
  if (!(network instanceof Network)) return [[layer, name]]
  return network.layers.flatMap((inner) => leaves(inner.layer, inner.name))
}

function variable(layer: Layer, owner: string, spec: WeightSpec): Variable {
  const { name, shape, gates, rows, parts } = spec
  const own = rows ? shape.slice(1) : shape
  const size = own.reduce((product, dim) => product * dim, 1)
  // a single number is a vector of one
  const type = { shape: own.length === 0 ? [1] : own, dtype: 'float32', gates } as const
  const parameters = (rows ?? [name]).map((part, index) => ({
    path: `${owner}/${part}`,
    type,
    size,
    get name() {
      return parts ? parts[index].name : `${placeOf(layer).prefix}/${part}`
    },
  }))
  return { path: `${owner}/${name}`, layer, spec, parameters }
}

/** Dimensions of a program's value: an open length after the batch is an extent. */
function dims(shape: Shape, extent: Dim = TIME): Dim[] {
  return shape.map((dim, axis) => {
    if (dim !== null) return dim
    if (axis === 0) return extent
    throw new DataError(
      `only the first axis after the batch may have an open length; got [batch, ${shape.map((d) => d ?? 'any').join(', ')}]`,
    )
  })
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === null || b[axis] === null || dim === b[axis])
}

/** Slot names of an optimizer are persistent values beside the parameters. */
export function slotName(slot: string, parameter: string): string {
  return `optimizer/${slot}/${parameter}`
}
