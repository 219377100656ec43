// Wᵀ: [K, N with gates] → [N with gates as rows, K], in 4 × 4 blocks. Split by panels of the result (K's).
import { LANES, ROW } from './layout'

@unmanaged
export class Transpose {
  /** W [K, N] and the number of its panels (all gates together). */
  from: usize
  fromPanel: usize
  panels: i32
  /** Wᵀ [N, K]; row k' = 16·panel + lane. */
  to: usize
  toPanel: usize
}

/** Both matrices are padded to blocks of 16 × 16, so that the pads' zeros travel along. */
export function transpose(d: usize, from: i32, to: i32): void {
  const o = changetype<Transpose>(d)
  for (let block = from; block < to; block++) {
    let source = o.from + block * LANES * ROW
    let target = o.to + <usize>block * o.toPanel
    for (let panel = o.panels; panel > 0; panel--) {
      for (let row = 0; row < LANES; row += 4) {
        for (let lane = 0; lane < LANES; lane += 4) {
          square(source + row * ROW + lane * 4, target + lane * ROW + row * 4)
        }
      }
      source += o.fromPanel
      target += LANES * ROW
    }
  }
}

@inline
function square(from: usize, to: usize): void {
  const a = v128.load(from)
  const b = v128.load(from, ROW)
  const c = v128.load(from, 2 * ROW)
  const d = v128.load(from, 3 * ROW)
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  const abHigh = v128.shuffle<i32>(a, b, 2, 6, 3, 7)
  const cdHigh = v128.shuffle<i32>(c, d, 2, 6, 3, 7)
  v128.store(to, v128.shuffle<i32>(ab, cd, 0, 1, 4, 5))
  v128.store(to, v128.shuffle<i32>(ab, cd, 2, 3, 6, 7), ROW)
  v128.store(to, v128.shuffle<i32>(abHigh, cdHigh, 0, 1, 4, 5), 2 * ROW)
  v128.store(to, v128.shuffle<i32>(abHigh, cdHigh, 2, 3, 6, 7), 3 * ROW)
}
