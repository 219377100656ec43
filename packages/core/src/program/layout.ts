import { type Extents, resolveShape, sizeOf, type ValueType } from './program.ts'

/**
 * How a value lies in memory, the same for every kernel, so that what one writes the next one reads.
 *
 * panels: panels of 16 columns. Element (row b, step t, column n) of a batch value [B, …steps, N] lies at
 *   panel(n)·panelStride + t·stepStride + b·64 + lane(n)·4 bytes. A parameter [K, N] has its K rows in place of the
 *   batch's, a vector [N] one row. An axis of G gate blocks of H units goes unit block by unit block:
 *   panel = ⌊unit/16⌋·G + gate, lane = unit mod 16, so that one pass over neighbouring panels sees all gates of a unit.
 * plain: int32, one element a row and step: t·stepStride + b·4.
 */
export interface Layout {
  readonly kind: 'panels' | 'plain'
  readonly panels: number
  /** Entries of the middle axes: time steps and the like. */
  readonly steps: number
  /** Room for this many rows. */
  readonly rows: number
  /** Logical columns: size of the last axis. */
  readonly columns: number
  /** Gate blocks of the columns, and of the rows. */
  readonly gates: number
  readonly rowGates: number
  readonly stepStride: number
  readonly panelStride: number
  readonly bytes: number
}

/** Columns of a panel, and bytes of one row of it. */
export const LANES = 16
const ROW_BYTES = 4 * LANES

/**
 * @param bounds sizes of the named extents for which room is made
 * @param steps room for this many time steps instead of all (a rolling value)
 */
export function layoutOf(type: ValueType, bounds: Extents, steps?: number): Layout {
  const shape = resolveShape(type.shape, bounds)
  return type.dtype === 'int32' ? plain(shape) : panelled(type, shape, steps)
}

function plain(shape: readonly number[]): Layout {
  const rows = shape[0]
  const steps = sizeOf(shape.slice(1))
  const stepStride = 4 * rows
  const bytes = align(steps * stepStride)
  return {
    kind: 'plain',
    panels: 1,
    steps,
    rows,
    columns: 1,
    gates: 1,
    rowGates: 1,
    stepStride,
    panelStride: bytes,
    bytes,
  }
}

function panelled(type: ValueType, shape: readonly number[], rolling?: number): Layout {
  const { gates = 1, rowGates = 1 } = type
  const columns = shape[shape.length - 1]
  const isBatch = typeof type.shape[0] === 'string'
  const rows = isBatch ? shape[0] : shape.length === 1 ? 1 : paddedSize(sizeOf(shape.slice(0, -1)), rowGates)
  const steps = rolling ?? (isBatch ? sizeOf(shape.slice(1, -1)) : 1)
  const panels = paddedSize(columns, gates) / LANES
  const stepStride = rows * ROW_BYTES
  const panelStride = steps * stepStride
  return {
    kind: 'panels',
    panels,
    steps,
    rows,
    columns,
    gates,
    rowGates,
    stepStride,
    panelStride,
    bytes: panels * panelStride,
  }
}

/** Lanes that an axis of `gates` blocks takes: each block is padded to whole panels. */
function paddedSize(size: number, gates: number): number {
  return gates * Math.ceil(size / gates / LANES) * LANES
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64
}
