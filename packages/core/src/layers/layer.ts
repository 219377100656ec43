import type { Json } from '../config/keras.ts'
import { boolean, checkedLater, checkOptions, type OptionSpec, show, text } from '../config/options.ts'
import type { Constraint } from '../constraints/index.ts'
import type { Float32Tensor, TensorLike } from '../data/tensor.ts'
import { OptionError } from '../errors.ts'
import type { Initializer } from '../initializers/index.ts'
import type { Builder } from '../program/builder.ts'
import type { Dim, Value } from '../program/program.ts'
import {
  type Regularizer,
  type RegularizerLike,
  resolveRegularizer,
  serializeRegularizer,
} from '../regularizers/index.ts'
import { listOf } from './listOf.ts'
import { isShape, type Shape } from './shape.ts'
import type { Applied, CallOptions, SymbolicTensor } from './symbolic.ts'

export { formatShape, type Shape } from './shape.ts'

/**
 * What a model is made of. A layer declares its weights and emits instructions; it computes nothing itself and knows
 * no engine. The functions in this folder make layers out of Keras's options.
 */
export interface Layer extends LayerDefinition {
  /** Given by the user, or null: the model then names it after its class. */
  readonly name: string | null
  /** Shape of the first layer's input, if it was given. */
  readonly inputShape?: Shape
  /** Rows of every batch, where `batchInputShape` fixes them. */
  readonly batchSize: number | null
  /** Adds a penalty for the outputs to the loss. */
  readonly activityRegularizer: Regularizer | null
  /** Of a model used as a layer: its own layers. */
  readonly network?: unknown
  /** May training change its weights? Read when a model is compiled, as in Keras. */
  trainable: boolean
  /**
   * Applies the layer to tensors of a graph. A recurrent layer takes the states it starts from as `initialState`.
   * Applied more than once, it uses the same weights each time.
   */
  apply(to: SymbolicTensor | readonly SymbolicTensor[], options?: CallOptions): SymbolicTensor
  /** The same for a layer of several results. */
  applyAll(to: SymbolicTensor | readonly SymbolicTensor[], options?: CallOptions): readonly SymbolicTensor[]
  /** Its weights in Keras's order and shapes, once it is part of a model. */
  getWeights(): Promise<Float32Tensor[]>
  /** Replaces them. */
  setWeights(weights: readonly TensorLike[]): Promise<void>
}

/** A model that a layer is part of: it knows where the layer's weights live. */
interface Owner {
  weightsOf(layer: Layer): Promise<Float32Tensor[]>
  setWeightsOf(layer: Layer, weights: readonly TensorLike[]): Promise<void>
}

const owners = new WeakMap<Layer, Owner>()

export function ownBy(owner: Owner, layer: Layer): void {
  owners.set(layer, owner)
}

function ownerOf(layer: Layer): Owner {
  const owner = owners.get(layer)
  if (owner) return owner
  throw new OptionError(
    `layer '${layer.name ?? layer.className}' has no weights yet: they come with the model that it is put in, once its inputShape is known`,
  )
}

/** What is special about a layer; `defineLayer` adds what all have. */
export interface LayerDefinition {
  /** Keras's class: 'LSTM'. */
  readonly className: string
  /** Ids from 0 to this − 1, rather than numbers, come in. */
  readonly takesIds?: number
  /** So many tensors it takes; Infinity: as many as come. Default 1. */
  readonly inputs?: number
  /** Does it take `initialState`? */
  readonly takesStates?: boolean
  /** Shape of the output (of the first, where there are several); throws, in the user's words, what the layer cannot take. */
  outputShape(...inputs: Shape[]): Shape
  /** Shapes of all outputs, where the layer returns a list. */
  outputShapes?(...inputs: Shape[]): readonly Shape[]
  /** Where its steps are another count than its input's: what comes of an open length. */
  steps?(length: Dim, ...inputs: Shape[]): Dim
  /**
   * What it gives at a step of a sequence depends on that step alone ('alike'), and so it does too with the weights that it
   * has for a single step ('alone'). Absent: on other steps as well.
   */
  readonly eachStep?: 'alike' | 'alone'
  /** Why it cannot take one step at a time, for layers that people try: 'it looks at all steps at once'. */
  readonly whyWhole?: string
  /** Without `eachStep`: it heeds the mask, so that padding changes nothing. */
  readonly heedsMask?: true
  /** One of Keras's operations rather than a layer of it: `a + b`. */
  readonly isOperation?: true
  /** Keras makes it ready without knowing a shape, so that it writes none. */
  readonly shapeless?: true
  /** Its constructor in Keras knows no `trainable`, and it writes its precision by name. */
  readonly plain?: true
  /** Its first input's open length may differ from the others' (attention). */
  readonly apart?: boolean
  /** Weights in Keras's order. */
  weights(...inputs: Shape[]): readonly WeightSpec[]
  /** Appends what the layer computes; as many values as `outputShapes` has. */
  emit(context: EmitContext, ...inputs: Value[]): Value | readonly Value[]
  /**
   * Masks, as Keras has them: true passes the (first) mask on, a function computes those of the outputs, after `emit`.
   * Absent: a mask ends here.
   */
  readonly mask?: true | ((context: EmitContext, ...inputs: Value[]) => Mask | readonly Mask[])
  /** Of a wrapper: the layer in it; of a model it uses the weights where they live. */
  readonly around?: { readonly network?: unknown }
  /** Of a recurrent layer: what one that wraps it must know. */
  readonly recurrent?: RecurrentPart
  /** Keras's options, in Keras's spelling, without name, trainable and dtype. */
  readonly config: Readonly<Record<string, Json>>
}

/** A recurrent layer as `bidirectional` takes it apart. */
export interface RecurrentPart {
  readonly returnSequences: boolean
  readonly returnState: boolean
  readonly stateful: boolean
  readonly goBackwards: boolean
  /** So many states it has. */
  readonly states: number
  /** The same layer with other options. */
  again(changes: { name?: string; goBackwards?: boolean; zeroOutputForMask?: boolean }): Layer
  /** As `emit`, but with `goBackwards` the outputs stay at their steps. */
  emitAtSteps(context: EmitContext, ...inputs: Value[]): Value | readonly Value[]
}

/** By Keras's class: the function that makes a layer out of its options. */
export type LayerClasses = ReadonlyMap<string, (options: never) => Layer>

/** int32 [batch, T]: 1 where a step is there, 0 where it is padding; null: all are. */
export type Mask = Value | null

export interface WeightSpec {
  /** Keras's name: 'recurrent_kernel'. */
  readonly name: string
  /** Keras's shape. */
  readonly shape: readonly number[]
  readonly initializer: Initializer
  /** The last axis is this many gate blocks. */
  readonly gates?: number
  /** Stored as one parameter a row of the first axis, under these names (a GRU's two biases). */
  readonly rows?: readonly string[]
  /** false: no gradient reaches it (moving averages). Default true. */
  readonly trainable?: boolean
  /** Of a model used as a layer: where the weight lives, as that model knows it; by row where it has rows. */
  readonly parts?: readonly { readonly name: string }[]
  /** Adds a penalty for this weight to the loss. */
  readonly regularizer?: Regularizer | null
  /** Keeps the weight within bounds after every update. */
  readonly constraint?: Constraint | null
}

export interface EmitContext {
  readonly builder: Builder
  /** A weight of this layer by name, or one of its rows. */
  weight(name: string): Value
  /** In training: seed and step, from which random masks are drawn. Null in inference, where nothing is random. */
  readonly generator: Value | null
  /** A number of this call's own, so that no two draw the same masks. Add multiples of 2^20 for more than one. */
  readonly stream: number
  readonly training: boolean
  /** One step at a time: whatever depends on steps before must come through `state`. */
  readonly streaming: boolean
  /** How many of the inputs are states given as `initialState`: the last ones. */
  readonly initialStates: number
  /** Mask of that input. */
  mask(input?: number): Mask
  /** In training, once the loss is known to be finite: weight ← change(weight), of what calls before this one made of it (moving averages). */
  update(weight: string, change: (before: Value) => Value): void
  /** In training and evaluation: adds a penalty for an output to the loss. */
  penalize(regularizer: Regularizer, value: Value): void
  /** What this layer carries from run to run (stateful layers, streams), float32 [batch, …shape]; zero at first. */
  state(name: string, shape: readonly number[]): CarriedState
}

export interface CarriedState {
  /** As the run before left it. */
  readonly before: Value
  /** What the next run finds. */
  after(value: Value): void
}

export interface LayerOptions {
  /** Name of the layer; it prefixes the names of its weights. */
  name?: string
  /** Of the first layer: shape of one sample, without the batch; null for a length that may differ. */
  inputShape?: Shape
  /** Instead, with the batch in front, where every batch has as many rows (stateful layers). */
  batchInputShape?: Shape
  /** May training change its weights? Default true. */
  trainable?: boolean
  /** Adds a penalty for the layer's outputs, divided by the rows of the batch, to the loss. Default null. */
  activityRegularizer?: RegularizerLike | null
}

/** Keras's options of every layer that have one value here. */
const COMMON_NOT_YET = {
  dtype: 'float32',
  autocast: true,
}

/** Checks a layer's options together with those that all layers have. */
export function checkLayerOptions(spec: OptionSpec, given: LayerOptions): void {
  checkOptions(
    {
      where: spec.where,
      options: {
        ...spec.options,
        name: text,
        inputShape: isShape,
        batchInputShape: isShape,
        trainable: boolean,
        activityRegularizer: checkedLater,
      },
      notYet: { ...COMMON_NOT_YET, ...spec.notYet },
    },
    given,
  )
  if (given.name && /[/\p{Cc}]/u.test(given.name))
    throw new OptionError(
      `${spec.where}: a layer's name cannot hold a '/' or control characters; got ${JSON.stringify(given.name)}`,
    )
  // in files, 'optimizer/' begins the names of the optimizer's slots
  if (given.name === 'optimizer')
    throw new OptionError(`${spec.where}: a layer cannot be named 'optimizer'; give it another name`)
}

/** Adds to a layer's definition what all layers have. @param options the layer's own, already checked */
export function defineLayer(options: LayerOptions, definition: LayerDefinition): Layer {
  const { name = null, inputShape, batchInputShape, trainable = true } = options
  const where = `${name ?? definition.className}, activityRegularizer`
  const activityRegularizer = resolveRegularizer(options.activityRegularizer, where)
  const penalized = activityRegularizer && { activity_regularizer: serializeRegularizer(activityRegularizer) }
  return {
    ...definition,
    activityRegularizer,
    config: { ...penalized, ...definition.config, ...penalized },
    name,
    inputShape: inputShape ?? batchInputShape?.slice(1),
    batchSize: batchInputShape?.[0] ?? null,
    trainable,
    apply(to, given) {
      const found = applied(this, to, given)
      if (found.length === 1) return found[0]
      throw new OptionError(
        `${name ?? definition.className}.apply: this layer returns ${found.length} tensors; take them by applyAll(…)`,
      )
    },
    applyAll(to, given) {
      return applied(this, to, given)
    },
    async getWeights() {
      return ownerOf(this).weightsOf(this)
    },
    async setWeights(weights) {
      await ownerOf(this).setWeightsOf(this, weights)
    },
  }
}

/** Tensors of a graph know how a layer is applied to them: models without a graph do without that. */
function applied(layer: Layer, to: Applied, options?: CallOptions): readonly SymbolicTensor[] {
  const given = listOf(to)
  const isTensor = (tensor?: SymbolicTensor) => typeof tensor?.enter === 'function'
  if (given.length > 0 && given.every(isTensor)) return listOf(given[0].enter(layer, to, options))
  throw new OptionError(
    `${layer.name ?? layer.className}.apply: expected what input(…) or another layer's apply(…) returned; got ${show(given.find((tensor) => !isTensor(tensor)) ?? to)}`,
  )
}

/** Demands options that have no default. */
export function required(where: string, given: object, ...keys: string[]): void {
  for (const key of keys) {
    if ((given as Record<string, unknown>)[key] === undefined)
      throw new OptionError(`${where}: option '${key}' is missing`)
  }
}
