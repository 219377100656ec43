import { flip } from '../ops/flip.ts'
import { shown } from '../ops/shown.ts'
import type { Value } from '../program/program.ts'
import { runCell } from './cells/run.ts'
import type { EmitContext, Mask } from './layer.ts'
import type { Recurrence, RecurrentFlags } from './recurrent.ts'

export { CELLS } from './cells/ofLayers.ts'

export interface EmitFlags extends RecurrentFlags {
  /** Outputs stay at their steps, whatever the order in which these are processed. */
  readonly atSteps: boolean
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

/**
 * A cell's run over time and what layers do around it: states in and out, masks, the order of the outputs.
 *
 * @param given the states of `initialState`
 */
export function emitRecurrent(
  context: EmitContext,
  flags: EmitFlags,
  { states, cell }: Pick<Recurrence, 'states' | 'cell'>,
  x: Value,
  given: readonly Value[],
): Value | readonly Value[] {
  const { builder, streaming } = context
  const carried =
    flags.stateful || streaming ? states.map(({ name, size }) => context.state(name, [size])) : []
  const initial = given.length > 0 ? given : carried.map(({ before }) => before)
  // Keras gives a layer that is called with initial_state no mask, though its output keeps it
  const mask = given.length > 0 ? null : context.mask()
  const { output, last, isShown } = runCell(context, cell(), flags, { x, mask, initial })
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
  { returnSequences, zeroOutputForMask, goBackwards: reverse }: EmitFlags,
  h: Value,
  mask: Mask,
  initial: readonly Value[],
): Value {
  const differs = zeroOutputForMask || (initial.length > 0 && !streaming)
  if (!mask || !differs) return h
  return builder.emit(shown, { h, mask }, { since: !zeroOutputForMask, last: !returnSequences, reverse }).y
}
