// What works along the last axis of each row and step alone: softmax, losses, metrics.
// Descriptor of them all; split: rows. Operands are panels of 16 columns, 64 bytes a row.

@unmanaged
export class Rowwise {
  /** N, the size of the last axis. */
  columns: i32
  /** Address of the count of steps. */
  steps: usize
  /** Inputs: address, bytes from panel to panel, bytes from step to step. Zero where a kernel has fewer. */
  a: usize
  aPanel: usize
  aStep: usize
  b: usize
  bPanel: usize
  bStep: usize
  c: usize
  cPanel: usize
  cStep: usize
  /** The result. */
  y: usize
  yPanel: usize
  yStep: usize
  /** A number that the kernel is told, e.g. a threshold. */
  parameter: f32
}

/** What is done with a row: the addresses of its entries in every operand and in the result. */
type RowWork = (d: Rowwise, a: usize, b: usize, c: usize, y: usize) => void

/** Does it for the rows of a share, in every step. */
export function eachRow(address: usize, from: i32, to: i32, work: RowWork): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const offset = row << 6
      work(d, d.a + t * d.aStep + offset, d.b + t * d.bStep + offset, d.c + t * d.cStep + offset, d.y + t * d.yStep + offset)
    }
  }
}

/** Column n of the row at `row`. */
export function element(row: usize, panelStride: usize, n: i32): usize {
  return row + <usize>(n >> 4) * panelStride + ((n & 15) << 2)
}

/** Zeroes the lanes of the last panel that are no columns: gradients have nothing there. */
@inline
export function clearPads(row: usize, panelStride: usize, columns: i32): void {
  for (let n = columns; n & 15; n++) store<f32>(element(row, panelStride, n), 0)
}
