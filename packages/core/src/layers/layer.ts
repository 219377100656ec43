import type { Json } from '../config/keras.ts'
import { checkOptions, type OptionSpec, positiveInteger, text } from '../config/options.ts'
import { OptionError } from '../errors.ts'
import type { Initializer } from '../initializers/index.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'

/** A shape without the batch; null is a length that may differ from batch to batch. */
export type Shape = readonly (number | null)[]

/**
 * What a model is made of. A layer declares its weights and emits instructions; it computes nothing itself and knows
 * no engine. The functions in this folder make layers out of Keras's options.
 */
export interface Layer {
  /** Keras's class: 'LSTM'. */
  readonly className: string
  /** Given by the user, or null: the model then names it after its class. */
  readonly name: string | null
  /** Shape of the first layer's input, if it was given. */
  readonly inputShape?: Shape
  /** Integers (ids) rather than numbers come in. */
  readonly takesIds?: boolean
  /** Shape of the output; throws, in the user's words, what the layer cannot take. */
  outputShape(input: Shape): Shape
  /** Weights in Keras's order. */
  weights(input: Shape): readonly WeightSpec[]
  /** Appends what the layer computes. */
  emit(context: EmitContext, x: Value): Value
  /** Keras's options, in Keras's spelling, without name, trainable and dtype. */
  readonly config: Readonly<Record<string, Json>>
}

/** By Keras's class: the function that makes a layer out of its options. */
export type LayerClasses = ReadonlyMap<string, (options: never) => Layer>

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
}

export interface EmitContext {
  readonly builder: Builder
  /** A weight of this layer by name, or one of its rows. */
  weight(name: string): Value
  /** In training: seed and step, from which random masks are drawn. Null in inference, where nothing is random. */
  readonly generator: Value | null
  /** A number of this layer's own, so that no two layers draw the same masks. */
  readonly stream: number
}

export interface LayerOptions {
  /** Name of the layer; it prefixes the names of its weights. */
  name?: string
  /** Of the first layer: shape of one sample, without the batch; null for a length that may differ. */
  inputShape?: Shape
}

/** Keras's options of every layer that have one value here. */
const COMMON_NOT_YET = {
  trainable: true,
  dtype: 'float32',
  activityRegularizer: null,
  batchInputShape: undefined,
  autocast: true,
}

/** Checks a layer's options together with those that all layers have. */
export function checkLayerOptions(spec: OptionSpec, given: LayerOptions): void {
  checkOptions(
    {
      where: spec.where,
      options: { ...spec.options, name: text, inputShape: isShape },
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

/** Demands options that have no default. */
export function required(where: string, given: object, ...keys: string[]): void {
  for (const key of keys) {
    if ((given as Record<string, unknown>)[key] === undefined)
      throw new OptionError(`${where}: option '${key}' is missing`)
  }
}

/** The shape as the user knows it: with the batch in front. */
export function formatShape(shape: Shape): string {
  return `[batch, ${shape.map((dim) => dim ?? 'any').join(', ')}]`
}

/** Is this the shape of one sample? Returns what is expected, or null. */
export function isShape(value: unknown): string | null {
  const fine =
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((dim) => dim === null || positiveInteger(dim) === null)
  return fine
    ? null
    : 'an array of whole numbers greater than 0 (null for a length that may differ), without the batch'
}
