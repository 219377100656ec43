import type { Json } from '../config/keras.ts'
import { onDemand } from '../config/onDemand.ts'
import { boolean, type Check, checkedLater, positiveInteger, rate } from '../config/options.ts'
import { DataError } from '../errors.ts'
import { KERNEL_ACTIVATIONS, type KernelActivation } from '../ops/activations.ts'
import type { Value } from '../program/program.ts'
import { checkActivation } from './activation.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
  type WeightSpec,
} from './layer.ts'
import type { Run } from './recurrentEmit.ts'
import { type ReadWeights, readWeights, type WeightOptions, weightChecks } from './weightOptions.ts'

/**
 * What LSTM, GRU and SimpleRNN have in common. kernelInitializer is 'glorotUniform', recurrentInitializer 'orthogonal' and
 * biasInitializer 'zeros' by default.
 */
export interface RecurrentOptions extends LayerOptions, WeightOptions<keyof typeof INITIALIZERS> {
  /** Size of the state, and of the output. */
  units: number
  /** Default 'tanh'. */
  activation?: KernelActivation | null
  /** Default true. */
  useBias?: boolean
  /** Share of the input's entries set to zero in training; one mask a sequence. Default 0. */
  dropout?: number
  /** The output at every step rather than the last. Default false. */
  returnSequences?: boolean
  /** The states after the last step too: [output, h], of an LSTM [output, h, c]. Default false. */
  returnState?: boolean
  /** From the last step to the first; with `returnSequences` the outputs come in that order. Default false. */
  goBackwards?: boolean
  /**
   * Go on from the states that the batch before left, row by row, until `model.resetStates()`; all batches then have
   * as many rows as the first. Gradients end where a batch begins. Default false.
   */
  stateful?: boolean
  /** Of Keras's way to compute; without effect on any number. */
  unroll?: boolean
  /** Zeros at masked steps, rather than the output of the step before. Default false. */
  zeroOutputForMask?: boolean
  /** Of Keras's way to compute; without effect on any number. */
  useCudnn?: 'auto' | false
}

/** Keras's options that we have not yet, with the value that changes nothing. */
const NOT_YET = {
  recurrentDropout: 0,
  seed: null,
}

const INITIALIZERS = { kernel: 'glorotUniform', recurrent: 'orthogonal', bias: 'zeros' } as const

const isCudnn: Check = (value) =>
  value === 'auto' || value === false ? null : "'auto' or false: there is no cuDNN here"

const FLAGS = [
  'returnSequences',
  'returnState',
  'goBackwards',
  'stateful',
  'unroll',
  'zeroOutputForMask',
] as const

/** The options of a recurrent layer, checked, defaults filled in. */
export interface Recurrent extends Readonly<Record<(typeof FLAGS)[number], boolean>> {
  readonly where: string
  readonly units: number
  readonly activation: KernelActivation
  readonly useBias: boolean
  readonly dropout: number
  readonly weights: ReadWeights<keyof typeof INITIALIZERS>
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
    ...weightChecks(...Object.keys(INITIALIZERS)),
    dropout: rate,
    ...Object.fromEntries(FLAGS.map((flag) => [flag, boolean])),
    useCudnn: isCudnn,
    ...more,
  }
  checkLayerOptions({ where, options: spec, notYet: NOT_YET }, options)
  required(where, options, 'units')
  const { units, activation = 'tanh', useBias = true, dropout = 0 } = options
  const flags = FLAGS.map((flag) => [flag, options[flag] ?? false] as const)
  return {
    where,
    units,
    activation: checkActivation(where, 'activation', activation, KERNEL_ACTIVATIONS),
    useBias,
    dropout,
    weights: readWeights(where, options, INITIALIZERS),
    ...(Object.fromEntries(flags) as Record<(typeof FLAGS)[number], boolean>),
  }
}

/** What LSTM, GRU and SimpleRNN differ in. */
export interface Kind {
  /** Keras's class. */
  readonly className: string
  /** Blocks of the kernels' columns. */
  readonly gates: number
  /** Names of the states; the first one is the output. */
  readonly states: readonly string[]
  /** What is special about the bias. */
  readonly bias?: Partial<WeightSpec>
  /** Emits the fused operation. */
  readonly run: Run
  /** Keras's options of its own, in the places where Keras writes them. */
  readonly config?: {
    readonly afterActivation?: Record<string, Json>
    readonly afterInitializers?: Record<string, Json>
    readonly last?: Record<string, Json>
  }
}

type Around = typeof import('./recurrentEmit.ts')

/** What a plain layer does without: loaded for those with states, another order, dropout, and for streams. */
let around: Around | null = null

export async function loadAround(): Promise<void> {
  around = await import('./recurrentEmit.ts')
}

/** Is nothing asked for but the fused operation? */
function isPlain({ returnState, goBackwards, stateful, zeroOutputForMask, dropout }: Recurrent): boolean {
  return !(returnState || goBackwards || stateful || zeroOutputForMask || dropout > 0)
}

function emitLayer(
  context: EmitContext,
  layer: Recurrent,
  kind: Kind,
  x: Value,
  initial: readonly Value[],
): Value | readonly Value[] {
  const weights = weightsOf(context, layer)
  if (!isPlain(layer) || initial.length > 0 || context.streaming) {
    if (!around) throw new Error(`${layer.where}: what surrounds the operation is not loaded`)
    return around.emitRecurrent(context, layer, kind, x, initial, weights)
  }
  const { h, last } = kind.run(
    { builder: context.builder, weight: context.weight, initial, reverse: false },
    { x, ...weights, mask: context.mask() ?? undefined },
  )
  return layer.returnSequences ? h : last[0]
}

/** The weights as fused operations take them. */
function weightsOf({ weight }: Pick<EmitContext, 'weight'>, { useBias }: Recurrent) {
  return {
    kernel: weight('kernel'),
    recurrentKernel: weight('recurrent_kernel'),
    bias: useBias ? weight('bias') : undefined,
  }
}

/** [batch, time, features] → [batch, units] or, with `returnSequences`, [batch, time, units]; and the states. */
export function recurrentLayer(options: RecurrentOptions, layer: Recurrent, kind: Kind): Layer {
  const { where, units, returnState } = layer
  if (!isPlain(layer)) onDemand(loadAround)
  const outputShape = (input: Shape, ...states: Shape[]) => {
    if (states.length > 0) onDemand(loadAround)
    checkInitialStates(where, states, kind.states, units)
    return recurrentShape(where, input, layer)
  }
  return defineLayer(options, {
    className: kind.className,
    outputShape,
    ...(returnState && {
      outputShapes: (input: Shape, ...states: Shape[]) => [
        outputShape(input, ...states),
        ...kind.states.map(() => [units]),
      ],
    }),
    weights: (input) => recurrentWeights(where, input, layer, kind),
    emit: (context, x, ...initial) => emitLayer(context, layer, kind, x, initial),
    // as Keras has it, whether or not the layer heeds it, and in the order of the input
    mask: (context) => [layer.returnSequences ? context.mask() : null],
    config: recurrentConfig(layer, kind),
  })
}

function checkInitialStates(
  where: string,
  given: readonly Shape[],
  names: readonly string[],
  units: number,
): void {
  const fine = given.length === 0 || given.length === names.length
  if (fine && given.every((shape) => shape.length === 1 && shape[0] === units)) return
  throw new DataError(
    `${where}: initialState must be ${names.map((name) => `${name} [batch, ${units}]`).join(' and ')}; ` +
      `got ${given.map(formatShape).join(' and ')}`,
  )
}

/** [time, units] or [units]; refuses what is not a sequence of vectors. */
function recurrentShape(where: string, input: Shape, { units, returnSequences }: Recurrent): Shape {
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

/** Kernel, recurrent kernel and bias, in Keras's order, of so many gate blocks each. */
function recurrentWeights(
  where: string,
  input: Shape,
  layer: Recurrent,
  { gates, bias }: Kind,
): WeightSpec[] {
  const { units } = layer
  const { kernel, recurrent, bias: biasSpec } = layer.weights.specs
  const columns = gates * units
  const weights = [
    { name: 'kernel', shape: [inputFeatures(where, input), columns], gates, ...kernel },
    { name: 'recurrent_kernel', shape: [units, columns], gates, ...recurrent },
    { name: 'bias', shape: [columns], gates, ...biasSpec, ...bias },
  ]
  return layer.useBias ? weights : weights.slice(0, 2)
}

/** Keras's configuration, in Keras's order. */
function recurrentConfig(layer: Recurrent, { config = {} }: Kind): Record<string, Json> {
  const { initializers, regularizers, constraints } = layer.weights
  return {
    return_sequences: layer.returnSequences,
    return_state: layer.returnState,
    go_backwards: layer.goBackwards,
    stateful: layer.stateful,
    unroll: layer.unroll,
    zero_output_for_mask: layer.zeroOutputForMask,
    units: layer.units,
    activation: layer.activation,
    ...config.afterActivation,
    use_bias: layer.useBias,
    ...initializers,
    ...config.afterInitializers,
    ...regularizers,
    activity_regularizer: null,
    ...constraints,
    dropout: layer.dropout,
    recurrent_dropout: NOT_YET.recurrentDropout,
    ...config.last,
  }
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
