import type { Json } from '../config/keras.ts'
import { Part } from '../config/onDemand.ts'
import { boolean, type Check } from '../config/options.ts'
import { DataError } from '../errors.ts'
import type { Value } from '../program/program.ts'
import {
  type CellOptions,
  type ConfigPlaces,
  cellConfig,
  cellWeights,
  featuresOf,
  type GatedCellOptions,
  type ReadCell,
  readCell,
} from './cells/options.ts'
import {
  defineLayer,
  type EmitContext,
  formatShape,
  type Layer,
  type LayerOptions,
  type Shape,
  type WeightSpec,
} from './layer.ts'
import type { Run } from './recurrentEmit.ts'

/** What LSTM, GRU and SimpleRNN have in common. */
export interface RecurrentOptions extends LayerOptions, CellOptions {
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

/** Options of the layer; all others are its cell's. */
const LAYER_OPTIONS: Readonly<Record<string, Check>> = {
  ...Object.fromEntries(FLAGS.map((flag) => [flag, boolean])),
  useCudnn: isCudnn,
}

/** The options of a recurrent layer, checked, defaults filled in. */
export interface Recurrent extends ReadCell, Readonly<Record<(typeof FLAGS)[number], boolean>> {}

/** Checks the options of a recurrent layer of so many gates and fills in the defaults of what the three have in common. */
export function readRecurrent(
  where: string,
  options: RecurrentOptions & Partial<GatedCellOptions>,
  gates: number,
  more: Readonly<Record<string, Check>> = {},
): Recurrent {
  const cell = readCell(where, options, gates, { ...LAYER_OPTIONS, ...more })
  const flags = FLAGS.map((flag) => [flag, options[flag] ?? false] as const)
  return { ...cell, ...(Object.fromEntries(flags) as Record<(typeof FLAGS)[number], boolean>) }
}

/** The options of the layer's cell, as `layers.lstmCell` and its kin take them. */
function cellOptionsOf(options: RecurrentOptions): CellOptions {
  const layer = [...Object.keys(LAYER_OPTIONS), 'name', 'trainable', 'inputShape', 'batchInputShape']
  return Object.fromEntries(Object.entries(options).filter(([key]) => !layer.includes(key))) as never
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
  /** Why the fused operation cannot run it; or null. */
  whyNotFused(training: boolean): string | null
  /** Makes such a layer out of its options. */
  readonly make: (options: never) => Layer
  /** Emits the fused operation. */
  readonly run: Run
  /** Keras's options of its own, in the places where Keras writes them. */
  readonly config?: ConfigPlaces
}

/** What a plain layer does without: for those with states, another order, dropout, odd cells, and for streams. */
export const around = new Part(() => import('./recurrentEmit.ts'))

/** Is nothing asked for but the fused operation? */
function isPlain(
  { returnState, goBackwards, stateful, zeroOutputForMask, dropout }: Recurrent,
  kind: Kind,
): boolean {
  const more = returnState || goBackwards || stateful || zeroOutputForMask || dropout > 0
  return !more && kind.whyNotFused(true) === null
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
  const { where, units, returnState, returnSequences } = layer
  const states = kind.states.map((name) => ({ name, size: units }))
  const outputShape = (input: Shape, ...given: Shape[]) => {
    if (given.length > 0) around.demand()
    checkInitialStates(where, given, states)
    if (input.length !== 2) throw new DataError(notASequence(where, input))
    return returnSequences ? [input[0], units] : [units]
  }
  const plain = isPlain(layer, kind)
  if (!plain) around.demand()
  const told = { ...layer, states, kind, options: cellOptionsOf(options) }
  const surrounded = (context: EmitContext, flags: object, x: Value, given: readonly Value[]) =>
    around.module.emitRecurrent(context, { ...told, ...flags }, x, given, weightsOf(context, layer))
  const emit = (context: EmitContext, x: Value, ...given: Value[]) => {
    if (!plain || given.length > 0 || context.streaming) return surrounded(context, {}, x, given)
    const { builder, weight } = context
    const { h, last } = kind.run(
      { builder, weight, initial: given, reverse: false },
      { x, ...weightsOf(context, layer), mask: context.mask() ?? undefined },
    )
    return returnSequences ? h : last[0]
  }
  return defineLayer(options, {
    className: kind.className,
    takesStates: true,
    outputShape,
    ...(returnState && {
      outputShapes: (input: Shape, ...given: Shape[]) => [
        outputShape(input, ...given),
        ...states.map(({ size }) => [size]),
      ],
    }),
    weights: (input) => cellWeights(layer, featuresOf(where, input.slice(1)), kind.gates, kind.bias),
    emit,
    // as Keras has it, whether or not the layer heeds it, and in the order of the input
    mask: (context) => [returnSequences ? context.mask() : null],
    recurrent: {
      ...layer,
      states: states.length,
      again: (changes) => kind.make({ ...options, ...changes } as never),
      emitAtSteps: (context, x, ...given) => surrounded(context, { atSteps: true }, x, given),
    },
    config: recurrentConfig(layer, kind),
  })
}

function checkInitialStates(
  where: string,
  given: readonly Shape[],
  states: readonly { readonly name: string; readonly size: number }[],
): void {
  const fine = given.length === 0 || given.length === states.length
  if (fine && given.every((shape, index) => shape.length === 1 && shape[0] === states[index].size)) return
  throw new DataError(
    `${where}: initialState must be ${states.map(({ name, size }) => `${name} [batch, ${size}]`).join(' and ')}; ` +
      `got ${given.map(formatShape).join(' and ')}`,
  )
}

/** Keras's configuration, in Keras's order. */
function recurrentConfig(layer: Recurrent, { config = {} }: Kind): Record<string, Json> {
  return {
    return_sequences: layer.returnSequences,
    return_state: layer.returnState,
    go_backwards: layer.goBackwards,
    stateful: layer.stateful,
    unroll: layer.unroll,
    zero_output_for_mask: layer.zeroOutputForMask,
    ...cellConfig(layer, { ...config, activityRegularizer: null }),
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
