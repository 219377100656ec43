// Metrics of each row and step: a predictions, b labels [B, T, N] → y [B, T, 1].

import { eachRow, element, Rowwise } from '../rowwise'

/** y = the share of columns where (a > parameter) = b. */
export function binaryAccuracy(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, predictions: usize, labels: usize, c: usize, y: usize) => {
    let right = 0
    for (let n = 0; n < d.columns; n++) {
      const predicted: f32 = load<f32>(element(predictions, d.aPanel, n)) > d.parameter ? 1 : 0
      if (predicted == load<f32>(element(labels, d.bPanel, n))) right++
    }
    store<f32>(y, <f32>right / <f32>d.columns)
  })
}
