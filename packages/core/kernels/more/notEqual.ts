// Masks, int32 [B, T]: 1 where a step is there. Split: rows.
import { element } from '../rowwise'

@unmanaged
class NotEqual {
  /** Address of the count of steps. */
  steps: usize
  x: usize
  xStep: usize
  y: usize
  yStep: usize
  value: i32
}

/** y = x ≠ value; x int32 [B, T]. */
export function notEqual(address: usize, from: i32, to: i32): void {
  const d = changetype<NotEqual>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const id = load<i32>(d.x + t * d.xStep + (row << 2))
      store<i32>(d.y + t * d.yStep + (row << 2), i32(id != d.value))
    }
  }
}

@unmanaged
class AnyNotEqual {
  /** Address of the count of steps. */
  steps: usize
  x: usize
  xPanel: usize
  xStep: usize
  y: usize
  yStep: usize
  columns: i32
  value: f32
}

/** y = does any column of x differ from value? x [B, T, N]. */
export function anyNotEqual(address: usize, from: i32, to: i32): void {
  const d = changetype<AnyNotEqual>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const x = d.x + t * d.xStep + (row << 6)
      let any = 0
      for (let n = 0; n < d.columns; n++) any |= i32(load<f32>(element(x, d.xPanel, n)) != d.value)
      store<i32>(d.y + t * d.yStep + (row << 2), any)
    }
  }
}
