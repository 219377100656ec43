import { show } from '../../config/options.ts'
import { OptionError } from '../../errors.ts'
import { dropoutMask } from '../../ops/dropoutMask.ts'
import { expressions } from '../../ops/general.ts'
import { multiply } from '../../ops/multiply.ts'
import { emitScan } from '../../program/emitScan.ts'
import { BATCH, formatType, type Value, type ValueType } from '../../program/program.ts'
import { innerContext } from '../innerContext.ts'
import type { EmitContext, Mask } from '../layer.ts'
import type { RecurrentFlags } from '../recurrent.ts'
import type { Ran } from '../recurrentEmit.ts'
import { type Cell, CellStep, MASK_STREAMS, outputSizeOf } from './cell.ts'
import { seededStream } from './seededStream.ts'

export interface CellOperands {
  readonly x: Value
  readonly mask: Mask
  /** By the order of the cell's states; absent: zeros. */
  readonly initial: readonly (Value | undefined)[]
}

/** Runs a cell over time: with its kernel, or a stack with one after the other, or else step by step. */
export function runCell(
  context: EmitContext,
  cell: Cell,
  flags: RecurrentFlags,
  operands: CellOperands,
): Ran {
  const why = whyStepwise(cell, context.generator !== null)
  return why === null
    ? runFused(context, cell, flags, operands)
    : runSteps(context, cell, flags, operands, why)
}

/** Why a cell is run step by step rather than by a kernel; or null. */
function whyStepwise(cell: Cell, training: boolean): string | null {
  if (cell.fused) return cell.fused.whyNot(training)
  if (!cell.cells) return `'${cell.className}' is a cell without a kernel of its own`
  const whys = cell.cells.map((inner) => whyStepwise(inner.cell, training))
  return whys.find((why) => why !== null) ?? null
}

function runFused(context: EmitContext, cell: Cell, flags: RecurrentFlags, operands: CellOperands): Ran {
  const { builder, stream } = context
  const { returnSequences, goBackwards: reverse } = flags
  let { x } = operands
  let h = x
  const last: Value[] = []
  const chain = cell.cells ?? [{ prefix: null, cell }]
  for (const [index, { prefix, cell: one }] of chain.entries()) {
    if (!one.fused) throw new Error(`cell '${one.className}' has no kernel`)
    const { weight } = prefix === null ? context : innerContext(context, prefix)
    const initial = operands.initial.slice(last.length, last.length + one.stateSizes.length)
    x = dropInput(
      context,
      x,
      one.fused.dropout,
      seededStream(stream + index * MASK_STREAMS, one.seed ?? null),
    )
    const mask = operands.mask ?? undefined
    const ran = one.fused.run({ builder, weight, x, mask, initial, reverse })
    last.push(...ran.last)
    h = ran.h
    x = h
  }
  return { output: returnSequences ? h : last[cell.outputState ?? 0], last, isShown: false }
}

/** Of the input, one mask a sequence is dropped in training. */
function dropInput({ builder, generator }: EmitContext, x: Value, rate: number, stream: number): Value {
  if (!generator || rate === 0) return x
  const { mask } = builder.emit(dropoutMask, { generator, like: x }, { rate, stream, perStep: false })
  return builder.emit(multiply, { a: x, b: mask }, {}).y
}

function runSteps(
  context: EmitContext,
  cell: Cell,
  { returnSequences, goBackwards: reverse, zeroOutputForMask }: RecurrentFlags,
  { x, mask, initial }: CellOperands,
  why: string,
): Ran {
  const { outputState, stateSizes } = cell
  const count = stateSizes.length
  const isState = outputState !== undefined
  // what is no state and yet is needed of the step before: the output, to be repeated at masked steps, or after the last
  const keepsOutput = !isState && (mask !== null || !returnSequences)
  const outputType = vector(outputSizeOf(cell))
  const states = [
    ...stateSizes.map((size, index) => initial[index] ?? vector(size)),
    ...(keepsOutput ? [outputType] : []),
  ]
  const sequences = mask ? [x, mask] : [x]
  const scanned = emitScan(context.builder, { sequences, states, reverse, why }, (step) => {
    const before = step.states.slice(0, count)
    const found = cell.emit(new CellStep(context, x, step, cell.seed ?? null, step.x[0], before))
    requireStep(cell, found)
    const { where } = expressions(step.builder.emit)
    const [, isThere] = step.x
    const held = (after: Value, instead: Value | number) => (isThere ? where(isThere, after, instead) : after)
    const after = found.states.map((state, index) => held(state, before[index]))
    const output = isState
      ? after[outputState]
      : held(found.output, zeroOutputForMask ? 0 : (step.states[count] ?? 0))
    return { outputs: [output], states: keepsOutput ? [...after, output] : after }
  })
  const last = scanned.states[isState ? outputState : count]
  return {
    output: returnSequences ? scanned.outputs[0] : last,
    last: scanned.states.slice(0, count),
    isShown: !isState,
  }
}

function vector(size: number): ValueType {
  return { shape: [BATCH, size], dtype: 'float32' }
}

/** A cell of the user's own must keep its word. */
function requireStep(cell: Cell, found: Partial<ReturnType<Cell['emit']>> | undefined): void {
  const where = `cell '${cell.className}'`
  const { output, states } = found ?? {}
  if (!output || !Array.isArray(states))
    throw new OptionError(
      `${where}: emit must return { output, states }, values of the step; got ${show(found && Object.keys(found))}`,
    )
  if (states.length !== cell.stateSizes.length)
    throw new OptionError(
      `${where}: emit must return ${cell.stateSizes.length} states, as its stateSizes say; got ${states.length}`,
    )
  const check = (what: string, value: Value, size: number) => {
    const [batch, columns, ...more] = value.shape
    if (value.dtype === 'float32' && batch === BATCH && columns === size && more.length === 0) return
    throw new OptionError(
      `${where}: emit must return ${what} as float32[batch, ${size}], as the cell says; got ${formatType(value)}`,
    )
  }
  check('its output', output, outputSizeOf(cell))
  for (const [index, state] of states.entries()) check(`state ${index}`, state, cell.stateSizes[index])
}
