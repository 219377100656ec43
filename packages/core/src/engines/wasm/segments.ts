import { operation } from '../../ops/index.ts'
import type { Program } from '../../program/program.ts'
import type { Encoded } from './encode.ts'
import { ALONE, RECORD_WORDS } from './script.ts'

/** Instructions between two barriers: first those that thread 0 does alone, then those that all threads share. */
export interface Segment {
  /** Its first instruction, and the word where that one's record begins. */
  readonly index: number
  readonly first: number
  readonly alone: number
  readonly shared: number
  /** The instruction that may halt the run, the last one alone; or −1. */
  readonly halts: number
}

/** Cuts where the plan asks for a barrier, before what thread 0 does alone, and after what may halt the run. */
export function segmentsOf(
  program: Program,
  phases: readonly number[],
  encoded: readonly Encoded[],
  records: number,
): Segment[] {
  const segments: Segment[] = []
  for (const [index, { split }] of encoded.entries()) {
    const { op, scope } = program.instructions[index]
    const halts = operation(op).halts !== undefined
    if (halts && split !== ALONE) throw new Error(`'${op}' of '${scope}' halts, so its split must be 'alone'`)
    const before = segments.at(-1)
    const alone = split === ALONE
    const joins =
      before && phases[index] === phases[index - 1] && before.halts < 0 && !(alone && before.shared > 0)
    const segment = joins
      ? before
      : { index, first: records + index * RECORD_WORDS, alone: 0, shared: 0, halts: -1 }
    if (joins) segments.pop()
    segments.push({
      ...segment,
      alone: segment.alone + (alone ? 1 : 0),
      shared: segment.shared + (alone ? 0 : 1),
      halts: halts ? index : segment.halts,
    })
  }
  return segments
}
