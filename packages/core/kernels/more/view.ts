// A parameter in another shape, the same entries in order, or of given numbers. One thread does the whole.
import { ROW } from '../layout'

@unmanaged
class View {
  x: usize
  xPanel: usize
  xColumns: i32
  y: usize
  yPanel: usize
  yColumns: i32
  yBytes: usize
  entries: i32
}

export function view(address: usize, _from: i32, _to: i32): void {
  const d = changetype<View>(address)
  memory.fill(d.y, 0, d.yBytes)
  for (let i = 0; i < d.entries; i++) {
    const m = i % d.xColumns
    const n = i % d.yColumns
    const x = d.x + <usize>(m >> 4) * d.xPanel + <usize>(i / d.xColumns) * ROW + ((m & 15) << 2)
    const y = d.y + <usize>(n >> 4) * d.yPanel + <usize>(i / d.yColumns) * ROW + ((n & 15) << 2)
    store<u32>(y, load<u32>(x))
  }
}

@unmanaged
class Constant {
  y: usize
  panel: usize
  columns: i32
  bytes: usize
  entries: i32
  /** Then the numbers, f32. */
}

export function constant(address: usize, _from: i32, _to: i32): void {
  const d = changetype<Constant>(address)
  memory.fill(d.y, 0, d.bytes)
  for (let i = 0; i < d.entries; i++) {
    const n = i % d.columns
    const value = load<f32>(address + offsetof<Constant>() + (i << 2))
    store<f32>(d.y + <usize>(n >> 4) * d.panel + <usize>(i / d.columns) * ROW + ((n & 15) << 2), value)
  }
}
