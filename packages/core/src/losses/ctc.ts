import { DataError } from '../errors.ts'
import { type Expressions, expressions } from '../ops/general.ts'
import { matmul, pad, slice } from '../ops/moves.ts'
import type { Emit } from '../ops/op.ts'
import { reshape } from '../ops/reshape.ts'
import { emitScan } from '../program/emitScan.ts'
import { formatType, type Value } from '../program/program.ts'
import { defineLoss } from './define.ts'

// B batch, T steps, C classes of which 0 is the blank, L labels of the longest sequence; shorter ones end in zeros.

/** The logarithm of no chance at all. A finite number, so that 0 times it is 0. */
const NEVER = -1e30

/**
 * −log of the chance that the predictions spell the labels, whenever each of them is said: logits [B, T, C], labels
 * [B, L] → [B, 1]. Blanks may stand between labels, and must between two that are equal. Masked steps say nothing.
 * A sample of which nothing is said has the labels [0]. Graves et al. 2006, "Connectionist Temporal Classification".
 */
export const ctc = defineLoss({
  className: 'CTC',
  keras: 'ctc',
  labels: 'sequences',
  emit: ({ builder, p: logits, y: labels, mask }) => {
    if (logits.shape.length !== 3)
      throw new DataError(`losses.ctc: expected logits [batch, time, classes]; got ${formatType(logits)}`)
    const { emit } = builder
    const { add, subtract, multiply, sum, scale, negative } = expressions(emit)
    const L = Number(labels.shape[1])
    const logs = logSoftmax(emit, logits)
    const ofBlank = emit(slice, { x: logs }, { axis: 2, start: 0, size: 1 }).y
    const ofLabels = emit(matmul, { a: logs, b: labels }, { transposeA: false, transposeB: true }).y

    const perLabel = (x: Value) => emit(reshape, { x }, { shape: [L] }).y
    const isBlank = emit(slice, { x: labels }, { axis: 2, start: 0, size: 1 }).y
    const isThere = scale(perLabel(isBlank), -1, 1)
    const isAsBefore = perLabel(sum(multiply(labels, shifted(emit, labels, 0)), [2]))
    const barred = scale(isAsBefore, NEVER)

    // of having just said the label [B, L], and of having said so many and then, or yet, a blank [B, L + 1]
    const never = scale(isThere, 0, NEVER)
    const start = emit(pad, { x: never }, { axis: 1, before: 1, after: 0, value: 0 }).y
    const { states } = emitScan(
      builder,
      { sequences: [ofLabels, ofBlank], states: [never, start], why: 'a loss over time' },
      (step) => {
        const { emit } = step.builder
        const e = expressions(emit)
        const [label, blank] = step.x
        const [said, paused] = step.states
        const said1 = emit(pad, { x: said }, { axis: 1, before: 1, after: 0, value: NEVER }).y
        const front = (x: Value) => emit(slice, { x }, { axis: 1, start: 0, size: L }).y
        const skipping = e.add(front(said1), step.given(barred))
        const next = [
          e.add(either(e, said, front(paused), skipping), label),
          e.add(either(e, paused, said1), blank),
        ]
        const isHere = mask && step.along(mask)
        const states = isHere ? next.map((state, i) => e.where(isHere, state, step.states[i])) : next
        return { outputs: [], states }
      },
    )
    const [said, paused] = states
    const endsThere = subtract(
      isThere,
      emit(slice, { x: after(emit, isThere) }, { axis: 1, start: 1, size: L }).y,
    )
    const endsBlank = subtract(
      emit(pad, { x: isThere }, { axis: 1, before: 1, after: 0, value: 1 }).y,
      after(emit, isThere),
    )
    const isEmpty = scale(sum(endsThere, [1]), -1, 1)
    return negative(
      either(
        expressions(emit),
        add(sum(multiply(said, endsThere), [1]), scale(isEmpty, NEVER)),
        sum(multiply(paused, endsBlank), [1]),
      ),
    )
  },
})

/** x with zeros behind: [B, L] → [B, L + 1]. */
const after = (emit: Emit, x: Value) => emit(pad, { x }, { axis: 1, before: 0, after: 1, value: 0 }).y

/** What stands one place earlier; `value` before the first. */
function shifted(emit: Emit, x: Value, value: number): Value {
  const longer = emit(pad, { x }, { axis: 1, before: 1, after: 0, value }).y
  return emit(slice, { x: longer }, { axis: 1, start: 0, size: Number(x.shape[1]) }).y
}

function logSoftmax(emit: Emit, x: Value): Value {
  const { subtract, stop, max, log, sum, exp } = expressions(emit)
  const less = subtract(x, stop(max(x, [x.shape.length - 1])))
  return subtract(less, log(sum(exp(less), [x.shape.length - 1])))
}

/** log Σ exp of these logarithms of chances. */
function either({ maximum, stop, add, subtract, exp, log }: Expressions, ...chances: Value[]): Value {
  const highest = stop(chances.reduce((a, b) => maximum(a, b)))
  return add(log(chances.map((x) => exp(subtract(x, highest))).reduce((a, b) => add(a, b))), highest)
}
