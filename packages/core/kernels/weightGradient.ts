// dW = Σ_t Σ_rows xᵀ·dy and db = Σ_t Σ_rows dy, t ascending, rows ascending. Split by dW's panels (columns).
import { TILE_BYTES, TILE_ROWS, VECTOR_PANELS, laneTile, sumTile, sumTile1 } from './generated/tiles'
import { LANES, ROW, ZEROS, clearRows } from './layout'

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
function accumulate(dKernel: usize, start: usize, startRow: usize, x: usize, xPanel: usize, units: i32, dy: usize, count: i32): void {
  const length = <usize>count * ROW
  for (; units > 0; units -= LANES) {
    const lanes = min(units, LANES)
    const tiles = (lanes + TILE_ROWS - 1) / TILE_ROWS
    const least = lanes / tiles
    const larger = lanes - least * tiles
    for (let column = 0; column < ROW; column += TILE_BYTES) {
      const end = dy + column + length
      let lane = 0
      for (let tile = 0; tile < tiles; tile++) {
        const size = tile < larger ? least + 1 : least
        laneTile(size, dKernel + lane * ROW + column, start + lane * startRow + column, startRow, x + lane * 4, dy + column, end)
        lane += size
      }
    }
    x += xPanel
    dKernel += LANES * ROW
    start += LANES * startRow
  }
}

/** db of VECTOR_PANELS panels or fewer. */
function sumRows(dBias: usize, dBiasPanel: usize, dy: usize, dyPanel: usize, dyStep: usize, steps: i32, rows: i32, panels: i32): void {
  clearRows(dBias, dBiasPanel, 1, panels)
  const length = <usize>rows * ROW
  for (; steps > 0; steps--) {
    if (panels == VECTOR_PANELS) sumTile(dBias, dBiasPanel, dy, dyPanel, dy + length)
    else for (let p = 0; p < panels; p++) sumTile1(dBias + p * dBiasPanel, 0, dy + p * dyPanel, 0, dy + p * dyPanel + length)
    dy += dyStep
  }
}

/** One panel of dW; `initial` counts only with a shift. */
export function panelGradient(
  steps: i32, rows: i32, shift: i32, reverse: i32,
  x: usize, xPanel: usize, xStep: usize, initial: usize, initialPanel: usize, units: i32,
  dy: usize, dyStep: usize, dKernel: usize,
): void {
  const dyLast = dy + <usize>(steps - 1) * dyStep
  const paired = steps - shift
  let start = ZEROS
  let startRow = 0
  if (shift && initial && !reverse) {
    accumulate(dKernel, start, startRow, initial, initialPanel, units, dy, rows)
    start = dKernel
    startRow = ROW
  }
  if (shift && reverse) x += xStep
  if (shift && !reverse) dy += dyStep
  // Full batches lie without a gap from step to step: one long sum instead of one a step.
  const whole = rows * ROW == xStep && xStep == dyStep
  const count = whole ? rows * paired : rows
  for (let left = whole ? min(paired, 1) : paired; left > 0; left--) {
    accumulate(dKernel, start, startRow, x, xPanel, units, dy, count)
    start = dKernel
    startRow = ROW
    x += xStep
    dy += dyStep
  }
  if (shift && initial && reverse) accumulate(dKernel, start, startRow, initial, initialPanel, units, dyLast, rows)
  else if (start == ZEROS) memory.fill(dKernel, 0, units * ROW)
}

export function weightGradient(d: usize, from: i32, to: i32): void {
  const o = changetype<WeightGradient>(d)
  const steps = load<i32>(o.steps)
  const rows = load<i32>(o.rows)
  const dyPanel = o.dyPanel
  while (from < to) {
    // db first: it brings a few panels of dy into the cache for dW.
    const count = min(VECTOR_PANELS, to - from)
    const dy = o.dy + from * dyPanel
    if (o.dBias) sumRows(o.dBias + from * o.dBiasPanel, o.dBiasPanel, dy, dyPanel, o.dyStep, steps, rows, count)
    for (let p = 0; o.dKernel && p < count; p++) {
      panelGradient(
        steps, rows, o.shift, o.reverse,
        o.x, o.xPanel, o.xStep, o.initial, o.initialPanel, o.units,
        dy + p * dyPanel, o.dyStep, o.dKernel + (from + p) * o.dKernelPanel,
      )
    }
    from += count
  }
}
