import { BATCH, type Value } from '../../program/program.ts'
import type { Encoded } from './encode.ts'
import { ROWS } from './script.ts'
import type { Segment } from './segments.ts'
import type { Axes } from './transfer.ts'

/** Numbers of a row from which on it is worth a kernel to bring them into panels. */
const LEAST = 8

/** Room for one vector that is read across the end. */
const VECTOR = 16

/** Where numbers enter or leave: a value, its axes, and where its counts of rows and steps stand. */
export interface Port {
  readonly value: Value
  readonly axes: Axes
  readonly rows: number
  readonly steps: number
  /** Where an input arrives as it is; 0: it is packed at once. */
  arrival: number
}

/** Is this an input whose rows are taken in as they are, for the kernel `arrange` to bring into panels at each run? */
export function arrives({ value, axes: { layout } }: Port): boolean {
  const { kind, gates, steps, columns } = layout
  return value.shape[0] === BATCH && kind === 'panels' && gates === 1 && steps * columns >= LEAST
}

/** Bytes that such an input takes as it comes. */
export function arrivalBytes({ axes: { layout } }: Port): number {
  return Math.ceil((4 * layout.rows * layout.steps * layout.columns + VECTOR) / 64) * 64
}

/** The kernel's instruction: from `from` to the value's place. */
export function encodeArrival({ axes: { layout }, steps }: Port, from: number, to: number): Encoded {
  const { columns, panelStride, stepStride } = layout
  return {
    kernel: 'arrange',
    descriptor: [steps, columns, from, to, panelStride, stepStride],
    split: ROWS,
    panels: 1,
    tiled: false,
  }
}

/**
 * Puts the arrivals' records, which lie before all others, into the first segment; or into one of their own where that
 * reads more of them than a thread has brought.
 */
export function withArrivals(
  segments: readonly Segment[],
  count: number,
  records: number,
  isOwn: (instruction: number) => boolean,
): readonly Segment[] {
  if (count === 0) return segments
  const arrivals = { index: -count, first: records, alone: 0, shared: count, halts: -1 }
  const [first, ...others] = segments
  const joins = first?.alone === 0 && Array.from({ length: first.shared }, (_, i) => i).every(isOwn)
  return joins ? [{ ...arrivals, shared: count + first.shared }, ...others] : [arrivals, ...segments]
}
