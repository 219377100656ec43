// Losses of each row and step, and their gradients; labels never get one. In double precision: there are few of them.
// a predictions (or logits), b labels, both [B, T, N]; forward: y [B, T, 1]; gradient: c [B, T, 1] reaches the loss, y [B, T, N].

import { exp, log, log1p } from '../exponential'
import { clearPads, eachRow, element, Rowwise } from '../rowwise'

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

/** The loss at work; a thread computes one at a time. */
let kind: i32 = SQUARED

function lossOf(x: f64, label: f64): f64 {
  if (kind == SQUARED) return (x - label) * (x - label)
  if (kind == ABSOLUTE) return abs(x - label)
  if (kind == BINARY) {
    const p = clip(x)
    return -label * log(p) - (1 - label) * log(1 - p)
  }
  return max(x, 0) - x * label + log1p(exp(-abs(x)))
}

function slopeOf(x: f64, label: f64): f64 {
  if (kind == SQUARED) return 2 * (x - label)
  if (kind == ABSOLUTE) return x > label ? 1 : x < label ? -1 : 0 * x
  if (kind == BINARY) return x >= LOWEST && x <= HIGHEST ? (1 - label) / (1 - x) - label / x : 0 * x
  // σ(x), without overflow on either side
  const e = exp(-abs(x))
  return (x < 0 ? e : 1) / (1 + e) - label
}

function meanLoss(which: i32, address: usize, from: i32, to: i32): void {
  kind = which
  eachRow(address, from, to, (d: Rowwise, x: usize, labels: usize, c: usize, y: usize) => {
    let sum: f64 = 0
    for (let n = 0; n < d.columns; n++) sum += lossOf(at(x, d.aPanel, n), at(labels, d.bPanel, n))
    store<f32>(y, <f32>(sum / <f64>d.columns))
  })
}

function meanGradient(which: i32, address: usize, from: i32, to: i32): void {
  kind = which
  eachRow(address, from, to, (d: Rowwise, x: usize, labels: usize, c: usize, dx: usize) => {
    const scale = <f64>load<f32>(c) / <f64>d.columns
    for (let n = 0; n < d.columns; n++) {
      store<f32>(element(dx, d.yPanel, n), <f32>(scale * slopeOf(at(x, d.aPanel, n), at(labels, d.bPanel, n))))
    }
    clearPads(dx, d.yPanel, d.columns)
  })
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

// ---- cross-entropy from probabilities: q = clip(p / Σp), or with a parameter other than 0 q = clip(p) / Σ clip(p)

@inline
function probability(row: usize, panelStride: usize, n: i32, clipFirst: bool): f64 {
  const p = at(row, panelStride, n)
  return clipFirst ? clip(p) : p
}

function sumOf(row: usize, panelStride: usize, columns: i32, clipFirst: bool): f64 {
  let sum: f64 = 0
  for (let n = 0; n < columns; n++) sum += probability(row, panelStride, n, clipFirst)
  return sum
}

/** y = −Σ b · log q. */
export function categoricalCrossEntropy(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, p: usize, labels: usize, c: usize, y: usize) => {
    const clipFirst = d.parameter != 0
    const sum = sumOf(p, d.aPanel, d.columns, clipFirst)
    let loss: f64 = 0
    for (let n = 0; n < d.columns; n++) {
      const label = at(labels, d.bPanel, n)
      const q = probability(p, d.aPanel, n, clipFirst) / sum
      if (label != 0) loss -= label * log(clipFirst ? q : clip(q))
    }
    // a probability that is not finite shows in the sum, whatever its label
    store<f32>(y, <f32>(loss + (sum - sum)))
  })
}

/**
 * With s = Σp or Σ clip(p), and g = −b / q, 0 where q was clipped: y = c · (g − Σ g ⊙ q) / s; 0 where p was clipped
 * first.
 */
export function categoricalCrossEntropyGradient(address: usize, from: i32, to: i32): void {
  eachRow(address, from, to, (d: Rowwise, p: usize, labels: usize, c: usize, dp: usize) => {
    const clipFirst = d.parameter != 0
    const sum = sumOf(p, d.aPanel, d.columns, clipFirst)
    const scale = <f64>load<f32>(c) / sum
    let dot: f64 = 0
    for (let n = 0; n < d.columns; n++) {
      const q = probability(p, d.aPanel, n, clipFirst) / sum
      dot += q * slopeOfLog(q, at(labels, d.bPanel, n), clipFirst)
    }
    for (let n = 0; n < d.columns; n++) {
      const q = probability(p, d.aPanel, n, clipFirst) / sum
      const g = slopeOfLog(q, at(labels, d.bPanel, n), clipFirst)
      const slope: f64 = !clipFirst || isWithin(at(p, d.aPanel, n)) ? 1 : 0
      store<f32>(element(dp, d.yPanel, n), <f32>(scale * slope * (g - dot)))
    }
    clearPads(dp, d.yPanel, d.columns)
  })
}

/** Derivative of −label · log clip(q), or of −label · log q. */
@inline
function slopeOfLog(q: f64, label: f64, isClipped: bool): f64 {
  return isClipped || isWithin(q) ? -label / q : 0
}

@inline
function isWithin(p: f64): bool {
  return p >= LOWEST && p <= HIGHEST
}
