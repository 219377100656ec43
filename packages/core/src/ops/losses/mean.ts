import type { Float64Tensor } from '../op.ts'
import { eachRow } from '../shapes.ts'

/** loss = the mean over the last axis of `value(x, label)`. */
export function evaluateMean(
  x: Float64Tensor,
  labels: Float64Tensor,
  loss: Float64Tensor,
  value: (x: number, label: number) => number,
): void {
  for (const { row, from, to } of eachRow(x)) {
    for (let i = from; i < to; i++) loss.data[row] += value(x.data[i], labels.data[i]) / (to - from)
  }
}

/** dx = dLoss / N · `slope(x, label)`. */
export function evaluateMeanGradient(
  x: Float64Tensor,
  labels: Float64Tensor,
  dLoss: Float64Tensor,
  dx: Float64Tensor,
  slope: (x: number, label: number) => number,
): void {
  for (const { row, from, to } of eachRow(x)) {
    for (let i = from; i < to; i++)
      dx.data[i] = (dLoss.data[row] * slope(x.data[i], labels.data[i])) / (to - from)
  }
}
