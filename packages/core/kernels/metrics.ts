// Metrics of each row and step: a predictions, b labels [B, T, N] → y [B, T, 1].

import { eachRow, element, Rowwise } from './rowwise'

/** The first column of the largest entry. */
function argmax(row: usize, panelStride: usize, columns: i32): i32 {
  let best = 0
  let largest = load<f32>(row)
  for (let n = 1; n < columns; n++) {
    const x = load<f32>(element(row, panelStride, n))
    if (x > largest) {
      best = n
      largest = x
    }
  }
  return best
}

/** y = 1 where the largest prediction stands at the largest label, else 0. */
export function categoricalAccuracy(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, a: usize, b: usize, c: usize, y: usize) => {
    const predicted = argmax(a, d.aPanel, d.columns)
    const labelled = argmax(b, d.bPanel, d.columns)
    store<f32>(y, predicted == labelled ? 1 : 0)
  })
}
