// dW = Σ_t Σ_rows xᵀ·dy and db = Σ_t Σ_rows dy, t ascending, rows ascending. Split by dW's panels (columns).
import { TILE_BYTES, TILE_ROWS, VECTOR_PANELS, laneTile } from './generated/choice'
import { sumTile, sumTile1 } from './generated/tiles'
import { tileRows } from './gemm'
import { LANES, ROW, ZEROS, clearRows, panelsOf } from './layout'
import { productsOnly } from './parts'

/** Bytes of x that stay in the second cache while panels of dy come and go. */
const CACHED: i32 = 512 << 10

@unmanaged
export class WeightGradient {
  /** Address of the number of steps. */
  steps: usize
  /** Address of the number of rows. */
  rows: usize
  /** 0: x of step t meets dy of step t. 1: x of the step processed before t (t − 1, or t + 1 if reverse). */
  shift: i32
  reverse: i32
  /** x [B, T, units]; with shift, x before the first step processed: [B, units], or 0 for zeros. */
  x: usize
  xPanel: usize
  xStep: usize
  initial: usize
  initialPanel: usize
  units: i32
  /** dy [B, T, N]. */
  dy: usize
  dyPanel: usize
  dyStep: usize
  /** dW [units, N], or 0. */
  dKernel: usize
  dKernelPanel: usize
  /** db [N], or 0. */
  dBias: usize
  dBiasPanel: usize
}

/** dW panel = start + xᵀ·dy over `count` consecutive rows of x and dy. */
function accumulate(
  dKernel: usize, start: usize, startRow: usize,
  x: usize, xPanel: usize, units: i32, dy: usize, count: i32,
): void {
  const length = <usize>count * ROW
  for (; units > 0; units -= LANES) {
    const lanes = min(units, LANES)
    const tiles = (lanes + TILE_ROWS - 1) / TILE_ROWS
    for (let column = 0; column < ROW; column += TILE_BYTES) {
      const end = dy + column + length
      let lane = 0
      for (let tile = tiles; tile > 0; tile--) {
        const size = tileRows(lanes - lane, tile)
        laneTile(
          size, dKernel + lane * ROW + column, start + lane * startRow + column, startRow,
          x + lane * 4, dy + column, end,
        )
        lane += size
      }
    }
    x += xPanel
    dKernel += LANES * ROW
    start += LANES * startRow
  }
}

/** db += Σ dy over `steps` steps, for VECTOR_PANELS panels or fewer. */
function sumRows(
  dBias: usize, dBiasPanel: usize, dy: usize, dyPanel: usize, dyStep: usize,
  steps: i32, rows: i32, panels: i32,
): void {
  const length = <usize>rows * ROW
  for (; steps > 0; steps--) {
    if (panels == VECTOR_PANELS) {
      sumTile(dBias, dBiasPanel, dy, dyPanel, dy + length)
    } else {
      for (let p = 0; p < panels; p++) {
        const panel = dy + p * dyPanel
        sumTile1(dBias + p * dBiasPanel, 0, panel, 0, panel + length)
      }
    }
    dy += dyStep
  }
}

/** Steps whose x fits into the second cache, where every panel of dy meets it. */
export function stepsTogether(units: i32, rows: i32): i32 {
  return max(CACHED / (panelsOf(units) * ROW * max(rows, 1)), 1)
}

/**
 * One panel of dW from the steps `first` to `last` (exclusive): begun at step 0, gone on with after it.
 * x and dy are given by their step 0; `initial` counts only with a shift.
 */
export function panelGradient(
  first: i32, last: i32, steps: i32, rows: i32, shift: i32, reverse: i32,
  x: usize, xPanel: usize, xStep: usize, initial: usize, initialPanel: usize, units: i32,
  dy: usize, dyStep: usize, dKernel: usize,
): void {
  let start = first == 0 ? ZEROS : dKernel
  let startRow = first == 0 ? 0 : ROW
  const alone = reverse ? steps - 1 : 0 // the step that meets the initial state
  const meets = shift && first <= alone && alone < last
  if (meets && !reverse) {
    accumulate(dKernel, start, startRow, initial, initialPanel, units, dy, initial ? rows : 0)
    start = dKernel
    startRow = ROW
    first++
  }
  const paired = (meets && reverse ? last - 1 : last) - first
  const source = shift ? (reverse ? first + 1 : first - 1) : first
  let xFirst = x + <usize>source * xStep
  let dyFirst = dy + <usize>first * dyStep
  // Full batches lie without a gap from step to step: one long sum instead of one a step.
  const whole = <usize>rows * ROW == xStep && xStep == dyStep
  const count = whole ? rows * paired : rows
  for (let left = whole ? min(paired, 1) : paired; left > 0; left--) {
    accumulate(dKernel, start, startRow, xFirst, xPanel, units, dyFirst, count)
    start = dKernel
    startRow = ROW
    xFirst += xStep
    dyFirst += dyStep
  }
  if (meets && reverse) {
    const dyAlone = dy + <usize>alone * dyStep
    accumulate(dKernel, start, startRow, initial, initialPanel, units, dyAlone, initial ? rows : 0)
  }
}

export function weightGradient(d: usize, from: i32, to: i32): void {
  const o = changetype<WeightGradient>(d)
  const steps = load<i32>(o.steps)
  const together = stepsTogether(o.units, load<i32>(o.rows))
  if (o.dBias) clearRows(o.dBias + from * o.dBiasPanel, o.dBiasPanel, 1, to - from)
  for (let first = 0; first < steps; first += together) {
    someSteps(o, first, min(first + together, steps), steps, from, to)
  }
}

function someSteps(o: WeightGradient, first: i32, last: i32, steps: i32, from: i32, to: i32): void {
  const rows = load<i32>(o.rows)
  const dyPanel = o.dyPanel
  const dyStep = o.dyStep
  while (from < to) {
    // db first: it brings a few panels of dy into the cache for dW.
    const count = min(VECTOR_PANELS, to - from)
    const dy = o.dy + from * dyPanel
    if (o.dBias && !productsOnly) {
      const dBias = o.dBias + from * o.dBiasPanel
      sumRows(dBias, o.dBiasPanel, dy + first * dyStep, dyPanel, dyStep, last - first, rows, count)
    }
    for (let p = 0; o.dKernel && p < count; p++) {
      panelGradient(
        first, last, steps, rows, o.shift, o.reverse,
        o.x, o.xPanel, o.xStep, o.initial, o.initialPanel, o.units,
        dy + p * dyPanel, dyStep, o.dKernel + (from + p) * o.dKernelPanel,
      )
    }
    from += count
  }
}
