// y = a·b of two parameters, or of what is made of them: a [K, L], b [L, N]. Columns of a and rows of b lie alike; their
// pads, which hold anything in what is made, are left out. Split by panels of b and y.
import { LANES, ROW } from '../layout'
import { columnsOf } from './loops'

@unmanaged
class Product {
  a: usize
  aPanel: usize
  /** Of a. */
  panels: i32
  b: usize
  bPanel: usize
  y: usize
  yPanel: usize
  rows: i32
  /** Units and gates of a's columns. */
  units: i32
  gates: i32
}

export function product(d: usize, from: i32, to: i32): void {
  const o = changetype<Product>(d)
  for (let panel = from; panel < to; panel++) {
    const b = o.b + <usize>panel * o.bPanel
    for (let row = 0; row < o.rows; row++) {
      const y = o.y + <usize>panel * o.yPanel + row * ROW
      let y0 = f32x4.splat(0)
      let y1 = y0
      let y2 = y0
      let y3 = y0
      let at = b
      for (let p = 0; p < o.panels; p++) {
        const a = o.a + <usize>p * o.aPanel + row * ROW
        const lanes = columnsOf(o.units, o.gates, p)
        for (let lane = 0; lane < lanes; lane++) {
          const x = v128.load32_splat(a + lane * 4)
          y0 = f32x4.add(y0, f32x4.mul(x, v128.load(at)))
          y1 = f32x4.add(y1, f32x4.mul(x, v128.load(at, 16)))
          y2 = f32x4.add(y2, f32x4.mul(x, v128.load(at, 32)))
          y3 = f32x4.add(y3, f32x4.mul(x, v128.load(at, 48)))
          at += ROW
        }
        at += (LANES - lanes) * ROW
      }
      v128.store(y, y0)
      v128.store(y, y1, 16)
      v128.store(y, y2, 32)
      v128.store(y, y3, 48)
    }
  }
}
