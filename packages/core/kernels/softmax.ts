// Softmax over the last axis, and cross-entropy told from its logits. B rows, T steps, N columns.

import { expLanes, log } from './exponential'
import { clearPads, eachRow, element, Rowwise } from './rowwise'

const LANES = memory.data<i32>([0, 1, 2, 3])

/** All ones in the lanes of the vector from column n on that are columns. */
@inline
function valid(n: i32, columns: i32): v128 {
  return i32x4.lt_s(v128.load(LANES), i32x4.splat(columns - n))
}

/** The largest of a row's N columns. A NaN among them comes back as the NaN it makes of the sum. */
function rowMax(row: usize, panelStride: usize, columns: i32): f32 {
  let max = f32x4.splat(-Infinity)
  for (let n = 0; n < columns; n += 4) {
    const x = v128.load(element(row, panelStride, n))
    max = f32x4.pmax(max, v128.bitselect(x, f32x4.splat(-Infinity), valid(n, columns)))
  }
  max = f32x4.pmax(max, i32x4.shuffle(max, max, 2, 3, 0, 1))
  max = f32x4.pmax(max, i32x4.shuffle(max, max, 1, 0, 3, 2))
  return f32x4.extract_lane(max, 0)
}

/** y = exp(x − max); returns Σ y, in double precision. Lanes that are no columns become 0. y may be x, or absent. */
function exponentials(x: usize, xPanel: usize, y: usize, yPanel: usize, columns: i32, max: f32): f64 {
  let sum = f64x2.splat(0)
  for (let n = 0; n < columns; n += 4) {
    const shifted = f32x4.sub(v128.load(element(x, xPanel, n)), f32x4.splat(max))
    const e = v128.and(expLanes(shifted), valid(n, columns))
    if (y) v128.store(element(y, yPanel, n), e)
    sum = f64x2.add(sum, f64x2.add(f64x2.promote_low_f32x4(e), f64x2.promote_low_f32x4(i32x4.shuffle(e, e, 2, 3, 0, 1))))
  }
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
}

/** y = softmax(a). */
export function softmax(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, x: usize, b: usize, c: usize, y: usize) => {
    const sum = exponentials(x, d.aPanel, y, d.yPanel, d.columns, rowMax(x, d.aPanel, d.columns))
    const divisor = f32x4.splat(<f32>sum)
    for (let n = 0; n < d.columns; n += 4) {
      const at = element(y, d.yPanel, n)
      v128.store(at, f32x4.div(v128.load(at), divisor))
    }
  })
}

/** y [B, T, 1] = Σ b · (log Σ exp(a − max) − (a − max)): a logits, b labels. */
export function softmaxCrossEntropy(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, x: usize, labels: usize, c: usize, y: usize) => {
    const max = rowMax(x, d.aPanel, d.columns)
    const logSum = log(exponentials(x, d.aPanel, 0, 0, d.columns, max)) + <f64>max
    let loss: f64 = 0
    for (let n = 0; n < d.columns; n++) {
      const label = load<f32>(element(labels, d.bPanel, n))
      if (label != 0) loss += <f64>label * (logSum - <f64>load<f32>(element(x, d.aPanel, n)))
    }
    // a logit that is not finite shows in logSum, whatever its label
    store<f32>(y, <f32>(loss + (logSum - logSum)))
  })
}

/** y = c · (softmax(a) − b): a logits, b labels, c [B, T, 1] the gradient that reaches the loss. */
export function softmaxCrossEntropyGradient(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, x: usize, labels: usize, c: usize, dx: usize) => {
    const sum = exponentials(x, d.aPanel, dx, d.yPanel, d.columns, rowMax(x, d.aPanel, d.columns))
    const divisor = f32x4.splat(<f32>sum)
    const scale = v128.load32_splat(c)
    for (let n = 0; n < d.columns; n += 4) {
      const at = element(dx, d.yPanel, n)
      const p = f32x4.div(v128.load(at), divisor)
      const dLogits = f32x4.mul(scale, f32x4.sub(p, v128.load(element(labels, d.bPanel, n))))
      v128.store(at, v128.and(dLogits, valid(n, d.columns)))
    }
    clearPads(dx, d.yPanel, (d.columns + 3) & ~3)
  })
}
