import { checkOptions } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Layer } from './layer.ts'
import { listOf } from './listOf.ts'
import type { Shape } from './shape.ts'

// The graph of a functional model while it is written: tensors without numbers, and the calls that made them.

/** What `input(…)` and `layer.apply(…)` return: a shape without numbers, to be handed to other layers and to `model(…)`. */
export class SymbolicTensor {
  /** Without the batch. */
  readonly shape: Shape
  /** The call that returned it, or the input it is. */
  readonly source: Call | InputSource
  /** Which of the call's results it is. */
  readonly index: number

  constructor(shape: Shape, source: Call | InputSource, index = 0) {
    this.shape = shape
    this.source = source
    this.index = index
  }

  /** Goes into a layer, with the others of `to`, of which it is the first. */
  enter(layer: Layer, to: Applied, options?: CallOptions): Applied {
    return apply(layer, to, options)
  }
}

/** A layer, applied. */
export interface Call {
  readonly kind: 'call'
  readonly layer: Layer
  readonly inputs: readonly SymbolicTensor[]
  readonly options: CallOptions
  /** In the order of calls of this layer. */
  readonly node: number
}

export interface InputSource {
  readonly kind: 'input'
  readonly name: string | null
  readonly dtype: 'float32' | 'int32' | null
  /** Rows of every batch, where they are fixed (stateful models). */
  readonly batchSize: number | null
}

export interface CallOptions {
  /** Of a recurrent layer: the states it starts from, e.g. those that another one returned. */
  initialState?: SymbolicTensor | readonly SymbolicTensor[]
}

export type Applied = SymbolicTensor | readonly SymbolicTensor[]

/** Applies a layer to tensors of a graph; one result, or as many as the layer has. */
function apply(layer: Layer, to: Applied, options: CallOptions = {}): Applied {
  const where = `${layer.name ?? layer.className}.apply`
  checkOptions({ where, options: { initialState: isTensors } }, options)
  const tensors = tensorsOf(layer, to, options, where)
  const call: Call = { kind: 'call', layer, inputs: tensors, options, node: nodes.get(layer) ?? 0 }
  nodes.set(layer, call.node + 1)
  const shapes = tensors.map(({ shape }) => shape)
  if (layer.outputShapes)
    return layer.outputShapes(...shapes).map((shape, index) => new SymbolicTensor(shape, call, index))
  return new SymbolicTensor(layer.outputShape(...shapes), call)
}

/** What the layer is applied to, then its states; refuses more than it takes. */
function tensorsOf(layer: Layer, to: Applied, { initialState }: CallOptions, where: string) {
  const given = listOf(to)
  const { inputs = 1, takesStates } = layer
  if (given.length !== inputs && inputs !== Infinity)
    throw new OptionError(
      `${where}: this layer takes ${inputs === 1 ? 'one tensor' : `a list of ${inputs} tensors`}; got ${given.length}`,
    )
  if (initialState === undefined) return given
  const states = listOf(initialState)
  if (!takesStates || states.length === 0)
    throw new OptionError(
      `${where}: ${takesStates ? 'initialState holds no states; give them, or' : 'this layer has no states;'} leave initialState out`,
    )
  return [...given, ...states]
}

/** How often each layer has been applied. */
const nodes = new WeakMap<Layer, number>()

const isTensors = (value: unknown) =>
  listOf(value).every((tensor) => tensor instanceof SymbolicTensor)
    ? null
    : 'a symbolic tensor, or a list of them'
