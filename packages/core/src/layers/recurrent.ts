import { type Json, snakeKeys } from '../config/keras.ts'
import { Part } from '../config/onDemand.ts'
import { boolean, type Check } from '../config/options.ts'
import { DataError } from '../errors.ts'
import type { Value } from '../program/program.ts'
import type { Cell } from './cells/cell.ts'
import type { Kernel } from './cells/fused.ts'
import {
  type CellOptions,
  type ConfigPlaces,
  cellConfig,
  cellWeights,
  featuresOf,
  type ReadCell,
  whyNotFused,
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

/** What all recurrent layers are told of time, states and masks. */
export interface SequenceOptions extends LayerOptions {
  /** The output at every step rather than the last. Default false. */
  returnSequences?: boolean
  /** The states after the last step too, in their order: [output, h], of an LSTM [output, h, c]. Default false. */
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
}

/** What LSTM, GRU and SimpleRNN have in common. */
export interface RecurrentOptions extends SequenceOptions, CellOptions {
  /** Of Keras's way to compute; without effect on any number. */
  useCudnn?: 'auto' | false
}

/** In Keras's order. */
const FLAGS = [
  'returnSequences',
  'returnState',
  'goBackwards',
  'stateful',
  'unroll',
  'zeroOutputForMask',
] as const
export const FLAG_CHECKS: Readonly<Record<string, Check>> = Object.fromEntries(
  FLAGS.map((flag) => [flag, boolean]),
)

export type RecurrentFlags = Readonly<Record<(typeof FLAGS)[number], boolean>>

function flagsOf(options: SequenceOptions): RecurrentFlags {
  return Object.fromEntries(FLAGS.map((flag) => [flag, options[flag] ?? false])) as RecurrentFlags
}

const isCudnn: Check = (value) =>
  value === 'auto' || value === false ? null : "'auto' or false: there is no cuDNN here"

/** The options of LSTM, GRU and SimpleRNN that are not their cell's. */
export const LAYER_CHECKS: Readonly<Record<string, Check>> = { ...FLAG_CHECKS, useCudnn: isCudnn }

/** The options of the layer's cell, as `layers.lstmCell` and its kin take them. */
function cellOptionsOf(options: RecurrentOptions): CellOptions {
  const layer = [...Object.keys(LAYER_CHECKS), 'name', 'trainable', 'inputShape', 'batchInputShape']
  return Object.fromEntries(Object.entries(options).filter(([key]) => !layer.includes(key))) as never
}

/** What a plain layer does without: for those with states, another order, dropout, odd cells, and for streams. */
export const around = new Part(() => import('./recurrentEmit.ts'))

/** What recurrent layers differ in. */
export interface Recurrence {
  readonly where: string
  /** Keras's class. */
  readonly className: string
  /** What goes from step to step. */
  readonly states: readonly { readonly name: string; readonly size: number }[]
  /** Size of the output at a step. */
  readonly outputSize: number
  /** The kernel, where nothing is asked for beside it. */
  readonly plain: Kernel | null
  /** What runs at every step. Known once `around` is loaded. */
  cell(): Cell
  /** Refuses, in the user's words, what is no sequence. */
  checkSequence(input: Shape): void
  /** @param step shape of one step of one sample */
  weights(step: Shape): readonly WeightSpec[]
  /** The same layer with other options. */
  again(changes: object): Layer
  /** Keras's configuration, without the flags. */
  readonly config: Readonly<Record<string, Json>>
}

/** [batch, time, features] → [batch, size] or, with `returnSequences`, [batch, time, size]; and the states. */
export function recurrentLayer(options: SequenceOptions, its: Recurrence): Layer {
  const { className, where, states, outputSize, plain, again } = its
  const flags = flagsOf(options)
  const { returnSequences, returnState } = flags
  if (!plain) around.demand()
  const outputShape = (input: Shape, ...given: Shape[]) => {
    if (given.length > 0) around.demand()
    checkInitialStates(where, given, states)
    its.checkSequence(input)
    return returnSequences ? [input[0], outputSize] : [outputSize]
  }
  const surrounded = (context: EmitContext, atSteps: boolean, x: Value, given: readonly Value[]) =>
    around.module.emitRecurrent(context, { ...flags, atSteps }, its, x, given)
  const emit = (context: EmitContext, x: Value, ...given: Value[]) => {
    if (!plain || given.length > 0 || context.streaming) return surrounded(context, false, x, given)
    const { builder, weight } = context
    const mask = context.mask() ?? undefined
    const { h, last } = plain.run({ builder, weight, x, mask, initial: [], reverse: false })
    return returnSequences ? h : last[0]
  }
  return defineLayer(options, {
    className,
    takesStates: true,
    outputShape,
    ...(returnState && {
      outputShapes: (input: Shape, ...given: Shape[]) => [
        outputShape(input, ...given),
        ...states.map(({ size }) => [size]),
      ],
    }),
    weights: (input) => its.weights(input.slice(1)),
    emit,
    // as Keras has it, whether or not the layer heeds it, and in the order of the input
    mask: (context) => [returnSequences ? context.mask() : null],
    recurrent: {
      ...flags,
      states: states.length,
      again,
      emitAtSteps: (context, x, ...given) => surrounded(context, true, x, given),
    },
    config: { ...snakeKeys({ ...flags }), ...its.config },
  })
}

/** What LSTM, GRU and SimpleRNN differ in. */
interface Kind {
  /** Keras's class. */
  readonly className: string
  /** Names of the states; the first one is the output. */
  readonly states: readonly string[]
  readonly kernel: Kernel
  /** Makes such a layer out of its options. */
  readonly make: (options: never) => Layer
  /** Keras's options of its own, in the places where Keras writes them. */
  readonly config: ConfigPlaces
}

/** A layer of one of Keras's cells. @param cell its options, read */
export function cellLayer(options: RecurrentOptions, cell: ReadCell, kind: Kind): Layer {
  const { where, units } = cell
  const { className, kernel, make, config } = kind
  const { returnState, goBackwards, stateful, zeroOutputForMask } = flagsOf(options)
  const more = returnState || goBackwards || stateful || zeroOutputForMask || cell.dropout > 0
  return recurrentLayer(options, {
    where,
    className,
    states: kind.states.map((name) => ({ name, size: units })),
    outputSize: units,
    plain: more || whyNotFused(cell, true) !== null ? null : kernel,
    cell: () => around.module.CELLS[className](where, cellOptionsOf(options) as never),
    checkSequence(input) {
      if (input.length !== 2) throw new DataError(notASequence(where, input))
    },
    weights: (step) => cellWeights(cell, featuresOf(where, step), kernel),
    again: (changes) => make({ ...options, ...changes } as never),
    config: cellConfig(cell, { ...config, activityRegularizer: null }),
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
