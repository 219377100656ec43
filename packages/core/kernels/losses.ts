// Losses of each row and step, and their gradients; labels never get one. In double precision: there are few of them.
// a predictions (or logits), b labels, both [B, T, N]; forward: y [B, T, 1]; gradient: c [B, T, 1] reaches the loss, y [B, T, N].

import { exp, log, log1p } from './exponential'
import { clearPads, element, Rowwise } from './rowwise'

/** Probabilities are kept within these before a logarithm, as Keras does; the bounds are float32 numbers. */
const LOWEST: f64 = <f64>(<f32>1e-7)
const HIGHEST: f64 = <f64>(<f32>(1 - 1e-7))

@inline
function clip(p: f64): f64 {
  return max(LOWEST, min(HIGHEST, p))
}

@inline
function at(row: usize, panelStride: usize, n: i32): f64 {
  return <f64>load<f32>(element(row, panelStride, n))
}

// ---- the mean over the last axis of what every column loses by itself

const SQUARED = 0
const ABSOLUTE = 1
const BINARY = 2
const SIGMOID = 3

function lossOf(kind: i32, x: f64, label: f64): f64 {
  if (kind == SQUARED) return (x - label) * (x - label)
  if (kind == ABSOLUTE) return abs(x - label)
  if (kind == BINARY) {
    const p = clip(x)
    return -label * log(p) - (1 - label) * log(1 - p)
  }
  return max(x, 0) - x * label + log1p(exp(-abs(x)))
}

function slopeOf(kind: i32, x: f64, label: f64): f64 {
  if (kind == SQUARED) return 2 * (x - label)
  if (kind == ABSOLUTE) return x > label ? 1 : x < label ? -1 : 0 * x
  if (kind == BINARY) return x >= LOWEST && x <= HIGHEST ? (1 - label) / (1 - x) - label / x : 0 * x
  // σ(x), without overflow on either side
  const e = exp(-abs(x))
  return (x < 0 ? e : 1) / (1 + e) - label
}

function meanLoss(kind: i32, address: usize, from: i32, to: i32): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const x = d.a + t * d.aStep + (row << 6)
      const labels = d.b + t * d.bStep + (row << 6)
      let sum: f64 = 0
      for (let n = 0; n < d.columns; n++) sum += lossOf(kind, at(x, d.aPanel, n), at(labels, d.bPanel, n))
      store<f32>(d.y + t * d.yStep + (row << 6), <f32>(sum / <f64>d.columns))
    }
  }
}

function meanGradient(kind: i32, address: usize, from: i32, to: i32): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const x = d.a + t * d.aStep + (row << 6)
      const labels = d.b + t * d.bStep + (row << 6)
      const dx = d.y + t * d.yStep + (row << 6)
      const scale = <f64>load<f32>(d.c + t * d.cStep + (row << 6)) / <f64>d.columns
      for (let n = 0; n < d.columns; n++) {
        store<f32>(element(dx, d.yPanel, n), <f32>(scale * slopeOf(kind, at(x, d.aPanel, n), at(labels, d.bPanel, n))))
      }
      clearPads(dx, d.yPanel, d.columns)
    }
  }
}

export function meanSquaredError(d: usize, from: i32, to: i32): void {
  meanLoss(SQUARED, d, from, to)
}

export function meanSquaredErrorGradient(d: usize, from: i32, to: i32): void {
  meanGradient(SQUARED, d, from, to)
}

export function meanAbsoluteError(d: usize, from: i32, to: i32): void {
  meanLoss(ABSOLUTE, d, from, to)
}

export function meanAbsoluteErrorGradient(d: usize, from: i32, to: i32): void {
  meanGradient(ABSOLUTE, d, from, to)
}

export function binaryCrossEntropy(d: usize, from: i32, to: i32): void {
  meanLoss(BINARY, d, from, to)
}

export function binaryCrossEntropyGradient(d: usize, from: i32, to: i32): void {
  meanGradient(BINARY, d, from, to)
}

export function sigmoidCrossEntropy(d: usize, from: i32, to: i32): void {
  meanLoss(SIGMOID, d, from, to)
}

export function sigmoidCrossEntropyGradient(d: usize, from: i32, to: i32): void {
  meanGradient(SIGMOID, d, from, to)
}

// ---- cross-entropy from probabilities: q = clip(p / Σp)

function sumOf(row: usize, panelStride: usize, columns: i32): f64 {
  let sum: f64 = 0
  for (let n = 0; n < columns; n++) sum += at(row, panelStride, n)
  return sum
}

/** y = −Σ b · log q. */
export function categoricalCrossEntropy(address: usize, from: i32, to: i32): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const p = d.a + t * d.aStep + (row << 6)
      const labels = d.b + t * d.bStep + (row << 6)
      const sum = sumOf(p, d.aPanel, d.columns)
      let loss: f64 = 0
      for (let n = 0; n < d.columns; n++) {
        const label = at(labels, d.bPanel, n)
        if (label != 0) loss -= label * log(clip(at(p, d.aPanel, n) / sum))
      }
      // a probability that is not finite shows in the sum, whatever its label
      store<f32>(d.y + t * d.yStep + (row << 6), <f32>(loss + (sum - sum)))
    }
  }
}

/** With g = −b / q where q is not clipped, 0 where it is: y = c · (g − Σ g ⊙ q) / Σp. */
export function categoricalCrossEntropyGradient(address: usize, from: i32, to: i32): void {
  const d = changetype<Rowwise>(address)
  const steps = load<i32>(d.steps)
  for (let t = 0; t < steps; t++) {
    for (let row = from; row < to; row++) {
      const p = d.a + t * d.aStep + (row << 6)
      const labels = d.b + t * d.bStep + (row << 6)
      const dp = d.y + t * d.yStep + (row << 6)
      const sum = sumOf(p, d.aPanel, d.columns)
      const scale = <f64>load<f32>(d.c + t * d.cStep + (row << 6)) / sum
      let dot: f64 = 0
      for (let n = 0; n < d.columns; n++) {
        const q = at(p, d.aPanel, n) / sum
        dot += q * slopeOfLog(q, at(labels, d.bPanel, n))
      }
      for (let n = 0; n < d.columns; n++) {
        const g = slopeOfLog(at(p, d.aPanel, n) / sum, at(labels, d.bPanel, n))
        store<f32>(element(dp, d.yPanel, n), <f32>(scale * (g - dot)))
      }
      clearPads(dp, d.yPanel, d.columns)
    }
  }
}

/** Derivative of −label · log clip(q). */
@inline
function slopeOfLog(q: f64, label: f64): f64 {
  return q >= LOWEST && q <= HIGHEST ? -label / q : 0
}
