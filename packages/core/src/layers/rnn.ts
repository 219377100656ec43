import { isObject, type JsonObject, layerName } from '../config/keras.ts'
import { boolean, checkedLater } from '../config/options.ts'
import { DataError } from '../errors.ts'
import type { Value } from '../program/program.ts'
import { type Cell, outputSizeOf, requireCell } from './cells/cell.ts'
import { deserializeCell } from './cells/index.ts'
import { runCell } from './cells/run.ts'
import { stackedRNNCells } from './cells/stackedRnnCells.ts'
import {
  checkLayerOptions,
  defineLayer,
  type EmitContext,
  formatShape,
  innerWeights,
  type Layer,
  type LayerOptions,
  required,
  type Shape,
} from './layer.ts'
import { layerJson } from './layerJson.ts'
import { emitAround, type RecurrentFlags } from './recurrentEmit.ts'

export interface RnnOptions extends LayerOptions {
  /** What runs at every step: one of Keras's cells, a list of them (a stack), or a cell of your own. */
  cell: Cell | readonly Cell[]
  /** The output at every step rather than the last. Default false. */
  returnSequences?: boolean
  /** The states after the last step too, in the cell's order. Default false. */
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

const FLAGS = [
  'returnSequences',
  'returnState',
  'goBackwards',
  'stateful',
  'unroll',
  'zeroOutputForMask',
] as const

/**
 * Runs a cell over time. [batch, time, features] → [batch, size] or, with `returnSequences`, [batch, time, size]; and
 * the states. Keras's cells run on the kernels of the layers of their name where those have what the cell needs; all
 * others step by step (`explain` says which, and why). Keras: `RNN`.
 */
export function rnn(options: RnnOptions): Layer {
  const where = 'layers.rnn'
  const checks = Object.fromEntries(FLAGS.map((flag) => [flag, boolean]))
  checkLayerOptions({ where, options: { cell: checkedLater, ...checks } }, options)
  required(where, options, 'cell')
  const cell = cellOf(`${where}, cell`, options.cell)
  const flags = Object.fromEntries(FLAGS.map((flag) => [flag, options[flag] ?? false])) as Record<
    (typeof FLAGS)[number],
    boolean
  >
  const outputShape = (input: Shape, ...states: Shape[]): Shape => {
    checkStates(where, states, cell.stateSizes)
    const size = outputSizeOf(cell)
    return flags.returnSequences ? [stepsOf(where, input), size] : [size]
  }
  const states = cell.stateSizes.map((size, index) => ({ name: `state${index}`, size }))
  const emit = (context: EmitContext, told: RecurrentFlags, x: Value, given: readonly Value[]) =>
    emitAround(context, told, states, given, (operands) => runCell(context, cell, told, { x, ...operands }))
  return defineLayer(options, {
    className: 'RNN',
    takesStates: true,
    outputShape,
    ...(flags.returnState && {
      outputShapes: (input: Shape, ...given: Shape[]) => [
        outputShape(input, ...given),
        ...cell.stateSizes.map((size) => [size]),
      ],
    }),
    weights: (input) => innerWeights('', cell.weights(input.slice(1)), cell),
    emit: (context, x, ...given) => emit(context, flags, x, given),
    recurrent: {
      ...flags,
      states: states.length,
      again: (changes) => rnn({ ...options, ...changes }),
      emitAtSteps: (context, x, ...given) => emit(context, { ...flags, atSteps: true }, x, given),
    },
    // as Keras has it, whether or not the layer heeds it, and in the order of the input
    mask: (context) => [flags.returnSequences ? context.mask() : null],
    config: {
      return_sequences: flags.returnSequences,
      return_state: flags.returnState,
      go_backwards: flags.goBackwards,
      stateful: flags.stateful,
      unroll: flags.unroll,
      zero_output_for_mask: flags.zeroOutputForMask,
      cell: layerJson(cell, cell.name ?? layerName(cell.className)),
    },
  })
}

/** A cell, a list of them, or what a file has in its place. */
function cellOf(where: string, given: Cell | readonly Cell[] | JsonObject): Cell {
  const cell = isList(given)
    ? stackedRNNCells({ cells: given })
    : isObject(given as JsonObject) && 'class_name' in given
      ? deserializeCell(where, given)
      : given
  requireCell(where, cell)
  return cell
}

const isList = <T>(cell: T | readonly Cell[]): cell is readonly Cell[] => Array.isArray(cell)

function stepsOf(where: string, input: Shape): number | null {
  if (input.length >= 2) return input[0]
  throw new DataError(
    `${where}: expected sequences, [batch, time, features]; got ${formatShape(input)}. ` +
      'After a layer that returns only its last output? Give that layer returnSequences: true.',
  )
}

function checkStates(where: string, given: readonly Shape[], sizes: readonly number[]): void {
  if (given.length === 0) return
  if (
    given.length === sizes.length &&
    given.every(([size, ...more], i) => size === sizes[i] && more.length === 0)
  )
    return
  throw new DataError(
    `${where}: initialState must be ${sizes.map((size) => `[batch, ${size}]`).join(' and ')}, one for each state; ` +
      `got ${given.map(formatShape).join(' and ')}`,
  )
}
