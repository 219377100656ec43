import { LANES, type Layout } from '../../program/layout.ts'
import type { Numbers } from '../engine.ts'

// Between logical order (row-major, batch first) and a layout.
// B rows (of a batch, or the K of a matrix [K, N]), T steps, N columns. Offsets count numbers of 4 bytes, not bytes.

/** Where the entries of both axes lie, from the start of their value. */
export interface Axes {
  readonly layout: Layout
  /** Offset of every row. */
  readonly rows: Int32Array
  /** Columns that are neighbours in both orders: start, length and offset of each run, one after the other. */
  readonly runs: Int32Array
}

/** @param rows rows in logical order: room for a batch's, or the K of a matrix, which its layout may pad */
export function axesOf(layout: Layout, rows: number): Axes {
  if (layout.kind === 'plain')
    return {
      layout,
      rows: Int32Array.from({ length: rows }, (_, row) => row),
      runs: Int32Array.of(0, 1, 0),
    }
  const { columns, gates, rowGates, panelStride } = layout
  const row = (index: number) => offsetIn(index, rows, rowGates, LANES * LANES, LANES)
  const runs: number[] = []
  for (let start = 0; start < columns; start += runs[runs.length - 2]) {
    const left = columns / gates - (start % (columns / gates))
    runs.push(start, Math.min(LANES, left), offsetIn(start, columns, gates, panelStride / 4, 1))
  }
  return {
    layout,
    rows: Int32Array.from({ length: rows }, (_, index) => row(index)),
    runs: Int32Array.from(runs),
  }
}

/** An axis of gate blocks lies unit block by unit block: panel = ⌊unit/16⌋·gates + gate, lane = unit mod 16. */
function offsetIn(
  index: number,
  size: number,
  gates: number,
  panelStride: number,
  laneStride: number,
): number {
  const units = size / gates
  const unit = index % units
  const gate = (index - unit) / units
  return (Math.floor(unit / LANES) * gates + gate) * panelStride + (unit % LANES) * laneStride
}

/**
 * Writes B·T·N numbers in logical order to a value at offset `at` of the memory `target`.
 *
 * @param chosen which rows of `data`, for each of the B; without it the first B
 */
export function pack(
  target: Float32Array | Int32Array,
  at: number,
  { layout, rows, runs }: Axes,
  B: number,
  T: number,
  data: Numbers,
  chosen: Int32Array | undefined,
): void {
  const N = layout.columns
  const stepStride = layout.stepStride / 4
  for (let b = 0; b < B; b++) {
    const source = (chosen ? chosen[b] : b) * T * N
    for (let run = 0; run < runs.length; run += 3) {
      const from = source + runs[run]
      const to = at + rows[b] + runs[run + 2]
      for (let t = 0; t < T; t++) {
        for (let i = 0; i < runs[run + 1]; i++) target[to + t * stepStride + i] = data[from + t * N + i]
      }
    }
  }
}

/**
 * Copies rows of `width` numbers, four at a time: they lie far apart in a large array, and so their way from memory
 * overlaps, which takes half the time. With both arrays seen as float64, two numbers are one: half the
 * work, for a batch of inputs at every step.
 * Numbers keep their bits. The language lets a runtime change those of a float64 NaN alone (into another NaN), and a pair
 * is one only where its upper float32 is a NaN itself, which it then remains: inputs that are not finite are refused
 * before, and `firstNonFinite` still finds it here.
 *
 * @param chosen which rows of `data`, for each of the B; without it the first B
 */
export function gather(
  target: Float32Array | Float64Array,
  at: number,
  B: number,
  width: number,
  data: Numbers,
  chosen: Int32Array | undefined,
): void {
  let to = at
  let b = 0
  for (; b + 4 <= B; b += 4) {
    const from0 = (chosen ? chosen[b] : b) * width
    const from1 = (chosen ? chosen[b + 1] : b + 1) * width
    const from2 = (chosen ? chosen[b + 2] : b + 2) * width
    const from3 = (chosen ? chosen[b + 3] : b + 3) * width
    for (let i = 0; i < width; i++) {
      target[to + i] = data[from0 + i]
      target[to + width + i] = data[from1 + i]
      target[to + 2 * width + i] = data[from2 + i]
      target[to + 3 * width + i] = data[from3 + i]
    }
    to += 4 * width
  }
  for (; b < B; b++) {
    const from = (chosen ? chosen[b] : b) * width
    for (let i = 0; i < width; i++) target[to + i] = data[from + i]
    to += width
  }
}

/** Arrays seen as pairs: those that are fed again and again need no new view, and none outlives its array. */
const pairs = new WeakMap<Float32Array, Float64Array>()

/** `data` seen as pairs, where that is possible. */
export function pairsOf(data: Numbers): Float64Array | null {
  if (!(data instanceof Float32Array) || data.byteOffset % 8 !== 0) return null
  const known = pairs.get(data)
  if (known) return known
  const view = new Float64Array(data.buffer, data.byteOffset, Math.floor(data.length / 2))
  pairs.set(data, view)
  return view
}

/** Reads B·T·N numbers of a value into logical order. */
export function unpack(
  source: Float32Array | Int32Array,
  at: number,
  { layout, rows, runs }: Axes,
  B: number,
  T: number,
  data: Float32Array,
): void {
  const N = layout.columns
  const stepStride = layout.stepStride / 4
  for (let b = 0; b < B; b++) {
    for (let run = 0; run < runs.length; run += 3) {
      const from = at + rows[b] + runs[run + 2]
      const to = b * T * N + runs[run]
      for (let t = 0; t < T; t++) {
        for (let i = 0; i < runs[run + 1]; i++) data[to + t * N + i] = source[from + t * stepStride + i]
      }
    }
  }
}
