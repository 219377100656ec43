// dW = Σ_t Σ_rows xᵀ·dy and db = Σ_t Σ_rows dy, t ascending, rows ascending. Split by dW's panels (columns).
import { madd } from './arithmetic'
import { TILE_BYTES, TILE_ROWS, laneTile } from './generated/tiles'
import { LANES, ROW, ZEROS } from './layout'

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

function sumRows(dBias: usize, dy: usize, dyStep: usize, steps: i32, rows: i32): void {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  for (; steps > 0; steps--) {
    const end = dy + rows * ROW
    for (let row = dy; row < end; row += ROW) {
      s0 = f32x4.add(s0, v128.load(row))
      s1 = f32x4.add(s1, v128.load(row, 16))
      s2 = f32x4.add(s2, v128.load(row, 32))
      s3 = f32x4.add(s3, v128.load(row, 48))
    }
    dy += dyStep
  }
  v128.store(dBias, s1, 16)
  v128.store(dBias, s0)
  v128.store(dBias, s3, 48)
  v128.store(dBias, s2, 32)
}

/**
 * One panel of dW (skipped where 0) and of db (likewise).
 * @param shift as in the descriptor; `initial` counts only with it
 */
export function panelGradient(
  steps: i32, rows: i32, shift: i32, reverse: i32,
  x: usize, xPanel: usize, xStep: usize, initial: usize, initialPanel: usize, units: i32,
  dy: usize, dyStep: usize, dKernel: usize, dBias: usize,
): void {
  if (dBias) sumRows(dBias, dy, dyStep, steps, rows)
  if (!dKernel) return
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
  for (let panel: usize = from; panel < <usize>to; panel++) {
    panelGradient(
      steps, rows, o.shift, o.reverse,
      o.x, o.xPanel, o.xStep, o.initial, o.initialPanel, o.units,
      o.dy + panel * o.dyPanel, o.dyStep,
      o.dKernel ? o.dKernel + panel * o.dKernelPanel : 0,
      o.dBias ? o.dBias + panel * o.dBiasPanel : 0,
    )
  }
}
