// y = x with its steps in the other order. Split by rows.

@unmanaged
class Flip {
  /** Address of the number of steps T. */
  steps: usize
  panels: i32
  /** Bytes of a row: 64 in panels, 4 in plain values. */
  row: usize
  x: usize
  xPanel: usize
  xStep: usize
  y: usize
  yPanel: usize
  yStep: usize
}

export function flip(address: usize, from: i32, to: i32): void {
  const d = changetype<Flip>(address)
  const steps = load<i32>(d.steps)
  const skipped = <usize>from * d.row
  const bytes = <usize>(to - from) * d.row
  for (let p = 0; p < d.panels; p++) {
    const x = d.x + p * d.xPanel + skipped
    const y = d.y + p * d.yPanel + skipped
    for (let t = 0; t < steps; t++) memory.copy(y + (steps - 1 - t) * d.yStep, x + t * d.xStep, bytes)
  }
}
