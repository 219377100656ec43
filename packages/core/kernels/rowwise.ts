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

/** Column n of the row at `row`. */
@inline
export function element(row: usize, panelStride: usize, n: i32): usize {
  return row + <usize>(n >> 4) * panelStride + ((n & 15) << 2)
}

/** Zeroes the lanes of the last panel that are no columns: gradients have nothing there. */
@inline
export function clearPads(row: usize, panelStride: usize, columns: i32): void {
  for (let n = columns; n & 15; n++) store<f32>(element(row, panelStride, n), 0)
}
