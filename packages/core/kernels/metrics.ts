// Metrics of each row and step: a predictions, b labels [B, T, N] → y [B, T, 1].

import { element, Rowwise } from './rowwise'

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
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const predicted = argmax(d.a + t * d.aStep + (row << 6), d.aPanel, d.columns)
      const labelled = argmax(d.b + t * d.bStep + (row << 6), d.bPanel, d.columns)
      store<f32>(d.y + t * d.yStep + (row << 6), predicted == labelled ? 1 : 0)
    }
  }
}

/** y = the share of columns where (a > parameter) = b. */
export function binaryAccuracy(address: usize, from: i32, to: i32): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const predictions = d.a + t * d.aStep + (row << 6)
      const labels = d.b + t * d.bStep + (row << 6)
      let right = 0
      for (let n = 0; n < d.columns; n++) {
        const predicted: f32 = load<f32>(element(predictions, d.aPanel, n)) > d.parameter ? 1 : 0
        if (predicted == load<f32>(element(labels, d.bPanel, n))) right++
      }
      store<f32>(d.y + t * d.yStep + (row << 6), <f32>right / <f32>d.columns)
    }
  }
}
