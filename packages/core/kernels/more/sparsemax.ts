// Sparsemax over the last axis, as ops/sparsemax.ts defines it; in double precision. Ranks are counted, as rows are short.
import { clearPads, eachRow, element, Rowwise } from '../rowwise'

@inline
function at(row: usize, panel: usize, n: i32): f64 {
  return load<f32>(element(row, panel, n))
}

/** Does entry m come before entry n (or is it that one) in descending order? */
@inline
function before(x: usize, panel: usize, m: i32, n: i32): bool {
  const a = at(x, panel, m)
  const b = at(x, panel, n)
  return a > b || (a == b && m <= n)
}

/** The rank of entry n from 1 on, or 0 where it is not in the support; its running sum is added to `sums`. */
function rank(x: usize, panel: usize, columns: i32, n: i32): i32 {
  let sum: f64 = 0
  let rank = 0
  for (let m = 0; m < columns; m++) {
    if (!before(x, panel, m, n)) continue
    sum += at(x, panel, m)
    rank++
  }
  return at(x, panel, n) - (sum - 1) / <f64>rank > 0 ? rank : 0
}

function runningSum(x: usize, panel: usize, columns: i32, n: i32): f64 {
  let sum: f64 = 0
  for (let m = 0; m < columns; m++) if (before(x, panel, m, n)) sum += at(x, panel, m)
  return sum
}

function supportOf(x: usize, panel: usize, columns: i32): i32 {
  let support = 0
  for (let n = 0; n < columns; n++) support += i32(rank(x, panel, columns, n) > 0)
  return support
}

function threshold(x: usize, panel: usize, columns: i32, support: i32): f64 {
  let sums: f64 = 0
  for (let n = 0; n < columns; n++) if (rank(x, panel, columns, n)) sums += runningSum(x, panel, columns, n)
  return (sums - 1) / <f64>support
}

/** y = sparsemax(a). */
export function sparsemax(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, x: usize, b: usize, c: usize, y: usize) => {
    const t = threshold(x, d.aPanel, d.columns, supportOf(x, d.aPanel, d.columns))
    for (let n = 0; n < d.columns; n++) store<f32>(element(y, d.yPanel, n), <f32>max(at(x, d.aPanel, n) - t, 0))
    clearPads(y, d.yPanel, d.columns)
  })
}

/** y = the gradient of a, where b reaches sparsemax(a). */
export function sparsemaxGradient(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, x: usize, dy: usize, c: usize, dx: usize) => {
    const support = supportOf(x, d.aPanel, d.columns)
    const t = threshold(x, d.aPanel, d.columns, support)
    let sum: f64 = 0
    for (let n = 0; n < d.columns; n++) if (at(x, d.aPanel, n) >= t) sum += at(dy, d.bPanel, n)
    for (let n = 0; n < d.columns; n++) {
      const own: f64 = at(x, d.aPanel, n) >= t ? at(dy, d.bPanel, n) : 0
      const place = rank(x, d.aPanel, d.columns, n)
      const share: f64 = place ? <f64>(support - place + 1) / <f64>support : 0
      store<f32>(element(dx, d.yPanel, n), <f32>(own - sum * share))
    }
    clearPads(dx, d.yPanel, d.columns)
  })
}
