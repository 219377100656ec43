// y = bias + x·W for every row and step. Split by rows.
import { contract } from './gemm'
import { ROW, ZEROS } from './layout'

@unmanaged
export class Dense {
  /** Address of the number of steps. */
  steps: usize
  /** x [B, T, gates × units]. */
  x: usize
  xPanel: usize
  xStep: usize
  /** The contracted axis: units of a gate, and gates (1 unless x is a gradient of a recurrent layer's gates). */
  units: i32
  gates: i32
  /** W [gates × units, N]. */
  kernel: usize
  kernelPanel: usize
  /** Bias [N], or 0. */
  bias: usize
  biasPanel: usize
  /** y [B, T, N] and its number of panels. */
  y: usize
  yPanel: usize
  yStep: usize
  panels: i32
}

export function dense(d: usize, from: i32, to: i32): void {
  const o = changetype<Dense>(d)
  let rows = to - from
  let steps = load<i32>(o.steps)
  const xStep = o.xStep
  const yStep = o.yStep
  if (xStep == rows * ROW && yStep == xStep) {
    // Steps follow each other without a gap: they are more rows.
    rows *= steps
    steps = 1
  }
  const bias = o.bias ? o.bias : ZEROS
  const biasPanel = o.bias ? o.biasPanel : 0
  let x = o.x + from * ROW
  let y = o.y + from * ROW
  for (; steps > 0; steps--) {
    contract(
      y, o.yPanel, bias, biasPanel, 0,
      x, o.xPanel, o.units, o.gates, o.kernel, o.kernelPanel, rows, o.panels,
    )
    x += xStep
    y += yStep
  }
}
