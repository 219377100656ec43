import { dropoutMask } from '../ops/dropoutMask.ts'
import { flip } from '../ops/flip.ts'
import { multiply } from '../ops/multiply.ts'
import { shown } from '../ops/shown.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import { seededStream } from './cells/fused.ts'
import { CELLS } from './cells/ofLayers.ts'
import type { CellOptions } from './cells/options.ts'
import { runCell } from './cells/run.ts'
import type { EmitContext, Mask } from './layer.ts'
import type { Kind, Recurrent } from './recurrent.ts'

// What LSTM, GRU and SimpleRNN do around their fused operation: dropout, states, masks, the order of the outputs.

/** What every fused recurrent operation takes. */
interface Weights {
  readonly kernel: Value
  readonly recurrentKernel: Value
  readonly bias?: Value
}
export interface Operands extends Weights {
  readonly x: Value
  readonly mask?: Value
}

/** What it is told beside its operands. */
export interface RunContext {
  readonly builder: Builder
  readonly weight: EmitContext['weight']
  readonly reverse: boolean
  /** By the order of the kind's states; absent: zeros. */
  readonly initial: readonly (Value | undefined)[]
}

/** Emits a fused operation: the output at every step, the states after the last one. */
export type Run = (
  context: RunContext,
  operands: Operands,
) => { readonly h: Value; readonly last: readonly Value[] }

/** A layer, and what `emitRecurrent` must know of it. */
interface Emitted extends Recurrent, RecurrentFlags {
  readonly kind: Kind
  readonly states: readonly { readonly name: string; readonly size: number }[]
  /** Of its cell. */
  readonly options: CellOptions
}

/** @param given the states of `initialState` */
export function emitRecurrent(
  context: EmitContext,
  layer: Emitted,
  input: Value,
  given: readonly Value[],
  weights: Weights,
): Value | readonly Value[] {
  const { builder, weight } = context
  const { kind, states, where } = layer
  return emitAround(context, layer, states, given, ({ initial, mask }) => {
    if (kind.whyNotFused(context.generator !== null) !== null) {
      const cell = CELLS[kind.className](where, layer.options as never)
      return runCell(context, cell, layer, { x: input, mask, initial })
    }
    const { h, last } = kind.run(
      { builder, weight, initial, reverse: layer.goBackwards },
      {
        x: dropInput(context, input, layer),
        ...weights,
        mask: mask ?? undefined,
      },
    )
    return { output: layer.returnSequences ? h : last[0], last, isShown: false }
  })
}

/** What all recurrent layers are told about their results. */
export interface RecurrentFlags
  extends Pick<
    Recurrent,
    'returnSequences' | 'returnState' | 'goBackwards' | 'stateful' | 'zeroOutputForMask'
  > {
  /** Outputs stay at their steps, whatever the order in which these are processed. */
  readonly atSteps?: boolean
}

/** What comes out of a cell that has run over time. */
export interface Ran {
  /** At every step, or without `returnSequences` the last one. */
  readonly output: Value
  /** The states after the last step processed. */
  readonly last: readonly Value[]
  /** Does the output show at masked steps what Keras shows there? Otherwise it is a state that the mask held. */
  readonly isShown: boolean
}

/** What recurrent layers do around the cell's run: states in and out, masks, the order of the outputs. */
export function emitAround(
  context: EmitContext,
  flags: RecurrentFlags,
  states: readonly { readonly name: string; readonly size: number }[],
  given: readonly Value[],
  run: (operands: { readonly initial: readonly (Value | undefined)[]; readonly mask: Mask }) => Ran,
): Value | readonly Value[] {
  const { builder, streaming } = context
  const carried =
    flags.stateful || streaming ? states.map(({ name, size }) => context.state(name, [size])) : []
  const initial = given.length > 0 ? given : carried.map(({ before }) => before)
  // Keras gives a layer that is called with initial_state no mask, though its output keeps it
  const mask = given.length > 0 ? null : context.mask()
  const { output, last, isShown } = run({ initial, mask })
  for (const [index, state] of carried.entries()) state.after(last[index])
  const shown = isShown ? output : show(context, flags, output, mask, initial)
  const inOrder =
    flags.returnSequences && flags.goBackwards && !flags.atSteps
      ? builder.emit(flip, { x: shown }, { axis: 1 }).y
      : shown
  return flags.returnState ? [inOrder, ...last] : inOrder
}

/**
 * Keras's output at masked steps repeats the one before, beginning with zeros. The state does the same, but where it
 * does not begin with zeros. A stream always does: what it carries began with zeros.
 */
function show(
  { builder, streaming }: EmitContext,
  { returnSequences, zeroOutputForMask, goBackwards: reverse }: RecurrentFlags,
  h: Value,
  mask: Mask,
  initial: readonly Value[],
): Value {
  const differs = zeroOutputForMask || (initial.length > 0 && !streaming)
  if (!mask || !differs) return h
  return builder.emit(shown, { h, mask }, { since: !zeroOutputForMask, last: !returnSequences, reverse }).y
}

/** Of the input, one mask a sequence is dropped in training. */
function dropInput(
  { builder, generator, stream }: EmitContext,
  x: Value,
  { dropout: rate, seed }: Pick<Recurrent, 'dropout' | 'seed'>,
): Value {
  if (!generator || rate === 0) return x
  const drawn = { rate, stream: seededStream(stream, seed), perStep: false }
  const { mask } = builder.emit(dropoutMask, { generator, like: x }, drawn)
  return builder.emit(multiply, { a: x, b: mask }, {}).y
}
