// With which weight each row and step counts: weight [B, T, 1], mask and labels int32 [B, T] plain → y [B, T, 1].

/** Split: alone. */
@unmanaged
class MaskWeights {
  /** Addresses of the counts of rows and of steps. */
  rows: usize
  steps: usize
  /** Address and bytes from step to step; 0 where absent. */
  weight: usize
  weightStep: usize
  mask: usize
  maskStep: usize
  labels: usize
  labelsStep: usize
  y: usize
  yStep: usize
  /** What the kept weights are divided by: VALID, WEIGHTS or neither. */
  over: i32
  ignoreClass: i32
}

const VALID = 0
const WEIGHTS = 1

export function maskWeights(address: usize, _from: i32, _to: i32): void {
  const d = changetype<MaskWeights>(address)
  const rows = load<i32>(d.rows)
  const steps = load<i32>(d.steps)
  let valid: f64 = 0
  let sum: f64 = 0
  for (let row = 0; row < rows; row++) {
    for (let t = 0; t < steps; t++) {
      const isThere = d.mask == 0 || load<i32>(d.mask + t * d.maskStep + (row << 2)) != 0
      const isKept = isThere && (d.labels == 0 || load<i32>(d.labels + t * d.labelsStep + (row << 2)) != d.ignoreClass)
      const w = isKept ? load<f32>(d.weight + t * d.weightStep + (row << 6)) : 0
      store<f32>(d.y + t * d.yStep + (row << 6), w)
      if (isKept) valid++
      sum += <f64>w
    }
  }
  if (d.over != VALID && d.over != WEIGHTS) return
  const divisor = d.over == VALID ? valid / (<f64>rows * <f64>steps) : sum
  for (let t = 0; t < steps; t++) {
    for (let row = 0; row < rows; row++) {
      const y = d.y + t * d.yStep + (row << 6)
      store<f32>(y, divisor == 0 ? 0 : <f32>(<f64>load<f32>(y) / divisor))
    }
  }
}
