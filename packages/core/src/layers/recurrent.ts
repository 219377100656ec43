import type { Json } from '../config/keras.ts'
import { boolean, type Check, checkedLater, positiveInteger, rate } from '../config/options.ts'
import { DataError } from '../errors.ts'
import {
  type Initializer,
  type InitializerLike,
  resolveInitializer,
  serializeInitializer,
} from '../initializers/index.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import { dropoutMask } from '../ops/dropoutMask.ts'
import { multiply } from '../ops/multiply.ts'
import type { Value } from '../program/program.ts'
import { checkActivation } from './activation.ts'
import {
  checkLayerOptions,
  type EmitContext,
  formatShape,
  type LayerOptions,
  required,
  type Shape,
  type WeightSpec,
} from './layer.ts'

/** What LSTM, GRU and SimpleRNN have in common. */
export interface RecurrentOptions extends LayerOptions {
  /** Size of the state, and of the output. */
  units: number
  /** Default 'tanh'. */
  activation?: KernelActivation
  /** Default true. */
  useBias?: boolean
  /** Default 'glorotUniform'. */
  kernelInitializer?: InitializerLike
  /** Default 'orthogonal'. */
  recurrentInitializer?: InitializerLike
  /** Default 'zeros'. */
  biasInitializer?: InitializerLike
  /** Share of the input's entries set to zero in training; one mask a sequence. Default 0. */
  dropout?: number
  /** The output at every step rather than the last. Default false. */
  returnSequences?: boolean
}

/** Keras's options that we have not yet, with the value that changes nothing. */
const NOT_YET = {
  returnState: false,
  goBackwards: false,
  stateful: false,
  unroll: false,
  zeroOutputForMask: false,
  kernelRegularizer: null,
  recurrentRegularizer: null,
  biasRegularizer: null,
  activityRegularizer: null,
  kernelConstraint: null,
  recurrentConstraint: null,
  biasConstraint: null,
  recurrentDropout: 0,
  seed: null,
  useCudnn: 'auto',
  implementation: 2,
} as const

interface Recurrent {
  readonly units: number
  readonly activation: KernelActivation
  readonly useBias: boolean
  readonly kernelInitializer: Initializer
  readonly recurrentInitializer: Initializer
  readonly biasInitializer: Initializer
  readonly dropout: number
  readonly returnSequences: boolean
}

/** Checks the options of a recurrent layer and fills in the defaults of what the three have in common. */
export function readRecurrent(
  where: string,
  options: RecurrentOptions,
  more: Record<string, Check> = {},
): Recurrent {
  const spec = {
    units: positiveInteger,
    activation: checkedLater,
    useBias: boolean,
    kernelInitializer: checkedLater,
    recurrentInitializer: checkedLater,
    biasInitializer: checkedLater,
    dropout: rate,
    returnSequences: boolean,
    ...more,
  }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'units')
  const { units, activation = 'tanh', useBias = true, dropout = 0, returnSequences = false } = options
  const {
    kernelInitializer = 'glorotUniform',
    recurrentInitializer = 'orthogonal',
    biasInitializer = 'zeros',
  } = options
  return {
    units,
    activation: checkActivation(where, 'activation', activation, KERNEL_ACTIVATIONS),
    useBias,
    kernelInitializer: resolveInitializer(kernelInitializer, `${where}, kernelInitializer`),
    recurrentInitializer: resolveInitializer(recurrentInitializer, `${where}, recurrentInitializer`),
    biasInitializer: resolveInitializer(biasInitializer, `${where}, biasInitializer`),
    dropout,
    returnSequences,
  }
}

/** [time, units] or [units]; refuses what is not a sequence of vectors. */
export function recurrentShape(where: string, input: Shape, { units, returnSequences }: Recurrent): Shape {
  if (input.length !== 2) throw new DataError(notASequence(where, input))
  return returnSequences ? [input[0], units] : [units]
}

/** Size of the vectors that come in. */
function inputFeatures(where: string, input: Shape): number {
  const features = input[1]
  if (typeof features !== 'number')
    throw new DataError(`${where}: the number of features must be fixed; got ${formatShape(input)}`)
  return features
}

/** Kernel, recurrent kernel and bias, in Keras's order, of `gates` blocks each; `bias` tells what is special about it. */
export function recurrentWeights(
  where: string,
  input: Shape,
  layer: Recurrent,
  gates: number,
  bias: Partial<WeightSpec> = {},
): WeightSpec[] {
  const { units, kernelInitializer, recurrentInitializer, biasInitializer } = layer
  const columns = gates * units
  const weights = [
    { name: 'kernel', shape: [inputFeatures(where, input), columns], gates, initializer: kernelInitializer },
    { name: 'recurrent_kernel', shape: [units, columns], gates, initializer: recurrentInitializer },
    { name: 'bias', shape: [columns], gates, initializer: biasInitializer, ...bias },
  ]
  return layer.useBias ? weights : weights.slice(0, 2)
}

/** The operands that the three have in common; of the input, one mask a sequence is dropped in training. */
export function recurrentOperands(context: EmitContext, x: Value, layer: Recurrent) {
  const { weight } = context
  return {
    x: dropInput(context, x, layer.dropout),
    kernel: weight('kernel'),
    recurrentKernel: weight('recurrent_kernel'),
    bias: layer.useBias ? weight('bias') : undefined,
  }
}

/** Keras's configuration of what the three have in common, in Keras's order; `more` goes where Keras puts it. */
export function recurrentConfig(
  layer: Recurrent,
  more: { afterActivation?: Json; afterInitializers?: Record<string, Json>; last?: Record<string, Json> },
): Record<string, Json> {
  const { returnState, goBackwards, stateful, unroll, zeroOutputForMask } = NOT_YET
  return {
    return_sequences: layer.returnSequences,
    return_state: returnState,
    go_backwards: goBackwards,
    stateful,
    unroll,
    zero_output_for_mask: zeroOutputForMask,
    units: layer.units,
    activation: layer.activation,
    ...(more.afterActivation === undefined ? {} : { recurrent_activation: more.afterActivation }),
    use_bias: layer.useBias,
    kernel_initializer: serializeInitializer(layer.kernelInitializer),
    recurrent_initializer: serializeInitializer(layer.recurrentInitializer),
    bias_initializer: serializeInitializer(layer.biasInitializer),
    ...more.afterInitializers,
    kernel_regularizer: null,
    recurrent_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    recurrent_constraint: null,
    bias_constraint: null,
    dropout: layer.dropout,
    recurrent_dropout: NOT_YET.recurrentDropout,
    ...more.last,
  }
}

function dropInput({ builder, generator, stream }: EmitContext, x: Value, dropout: number): Value {
  if (!generator || dropout === 0) return x
  const { mask } = builder.emit(
    dropoutMask,
    { generator, like: x },
    { rate: dropout, stream, perStep: false },
  )
  return builder.emit(multiply, { a: x, b: mask }, {}).y
}

function notASequence(where: string, input: Shape): string {
  const expected = `${where}: expected sequences of vectors, [batch, time, features]; got ${formatShape(input)}.`
  if (input.length === 3 && input[2] === 1) {
    const [rows, columns] = input
    return `${expected} For pictures read row by row leave the channel out: inputShape: [${rows}, ${columns}], and data of shape [samples, ${rows}, ${columns}].`
  }
  if (input.length === 1)
    return `${expected} After a layer that returns only its last output? Give that layer returnSequences: true.`
  return `${expected} Reshape the data so that each sample is a matrix, one row a time step.`
}
