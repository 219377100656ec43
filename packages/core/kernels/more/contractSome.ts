import { LANES, ROW } from '../layout'
import { contract } from './base'

/** c += a·b over `count` of an axis's `gates`, from gate `first` on. */
export function contractSome(
  c: usize, cPanel: usize,
  a: usize, aPanel: usize, units: i32, gates: i32, first: i32, count: i32,
  b: usize, bPanel: usize,
  rows: i32, panels: i32,
): void {
  a += first * aPanel
  b += first * LANES * ROW
  for (; units > 0; units -= LANES) {
    contract(c, cPanel, c, cPanel, ROW, a, aPanel, min(units, LANES), count, b, bPanel, rows, panels)
    a += gates * aPanel
    b += gates * LANES * ROW
  }
}
