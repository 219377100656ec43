import { dropoutMask } from '../ops/dropoutMask.ts'
import { flip } from '../ops/flip.ts'
import { multiply } from '../ops/multiply.ts'
import { shown } from '../ops/shown.ts'
import type { Builder } from '../program/builder.ts'
import type { Value } from '../program/program.ts'
import type { EmitContext } from './layer.ts'
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

/** @param given the states of `initialState` */
export function emitRecurrent(
  context: EmitContext,
  layer: Recurrent,
  kind: Kind,
  input: Value,
  given: readonly Value[],
  weights: Weights,
): Value | readonly Value[] {
  const { builder, weight, streaming } = context
  const carried =
    layer.stateful || streaming ? kind.states.map((name) => context.state(name, [layer.units])) : []
  const initial = given.length > 0 ? given : carried.map(({ before }) => before)
  // Keras gives a layer that is called with initial_state no mask, though its output keeps it
  const mask = given.length > 0 ? null : context.mask()
  const { h, last } = kind.run(
    { builder, weight, initial, reverse: layer.goBackwards },
    {
      x: dropInput(context, input, layer.dropout),
      ...weights,
      mask: mask ?? undefined,
    },
  )
  for (const [index, state] of carried.entries()) state.after(last[index])
  const output = inOrder(
    builder,
    layer,
    show(context, layer, layer.returnSequences ? h : last[0], mask, initial),
  )
  return layer.returnState ? [output, ...last] : output
}

/**
 * Keras's output at masked steps repeats the one before, beginning with zeros. The state does the same, but where it
 * does not begin with zeros. A stream always does: what it carries began with zeros.
 */
function show(
  { builder, streaming }: EmitContext,
  { returnSequences, zeroOutputForMask, goBackwards: reverse }: Recurrent,
  h: Value,
  mask: Value | null,
  initial: readonly Value[],
): Value {
  const differs = zeroOutputForMask || (initial.length > 0 && !streaming)
  if (!mask || !differs) return h
  return builder.emit(shown, { h, mask }, { since: !zeroOutputForMask, last: !returnSequences, reverse }).y
}

/** Outputs come in the order in which they were computed. */
function inOrder(builder: Builder, { returnSequences, goBackwards }: Recurrent, h: Value): Value {
  return returnSequences && goBackwards ? builder.emit(flip, { x: h }, { axis: 1 }).y : h
}

/** Of the input, one mask a sequence is dropped in training. */
function dropInput({ builder, generator, stream }: EmitContext, x: Value, dropout: number): Value {
  if (!generator || dropout === 0) return x
  const { mask } = builder.emit(
    dropoutMask,
    { generator, like: x },
    { rate: dropout, stream, perStep: false },
  )
  return builder.emit(multiply, { a: x, b: mask }, {}).y
}
