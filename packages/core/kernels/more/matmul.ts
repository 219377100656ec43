// y = a·b of every row: a [B, T, K], b [B, K, S], either of them with steps and columns exchanged. Sums over K ascending,
// in single precision. Split: rows.

@unmanaged
class Matmul {
  /** Addresses of the counts of T and of K where those are steps, else the numbers. */
  t: i32
  tAddress: usize
  k: i32
  kAddress: usize
  s: i32
  transposeA: i32
  transposeB: i32
  a: usize
  aPanel: usize
  aStep: usize
  b: usize
  bPanel: usize
  bStep: usize
  y: usize
  yPanel: usize
  yStep: usize
}

@inline
function lane(n: i32, panel: usize): usize {
  return <usize>(n >> 4) * panel + ((n & 15) << 2)
}

export function matmul(address: usize, from: i32, to: i32): void {
  const d = changetype<Matmul>(address)
  const T = d.tAddress ? load<i32>(d.tAddress) : d.t
  const K = d.kAddress ? load<i32>(d.kAddress) : d.k
  for (let row = from; row < to; row++) {
    const a = d.a + (row << 6)
    const b = d.b + (row << 6)
    for (let t = 0; t < T; t++) {
      const y = d.y + (row << 6) + t * d.yStep
      if (d.transposeB) dots(d, y, a, b, t, K)
      else sums(d, y, a, b, t, K)
    }
  }
}

/** A row of y, 16 columns at a time. */
function sums(d: Matmul, y: usize, a: usize, b: usize, t: i32, K: i32): void {
  for (let s = 0; s < d.s; s += 16) {
    let y0 = f32x4.splat(0)
    let y1 = y0
    let y2 = y0
    let y3 = y0
    for (let k = 0; k < K; k++) {
      const x = v128.load32_splat(d.transposeA ? a + k * d.aStep + lane(t, d.aPanel) : a + t * d.aStep + lane(k, d.aPanel))
      const from = b + k * d.bStep + <usize>(s >> 4) * d.bPanel
      y0 = f32x4.add(y0, f32x4.mul(x, v128.load(from)))
      y1 = f32x4.add(y1, f32x4.mul(x, v128.load(from, 16)))
      y2 = f32x4.add(y2, f32x4.mul(x, v128.load(from, 32)))
      y3 = f32x4.add(y3, f32x4.mul(x, v128.load(from, 48)))
    }
    const to = y + <usize>(s >> 4) * d.yPanel
    v128.store(to, y0)
    v128.store(to, y1, 16)
    v128.store(to, y2, 32)
    v128.store(to, y3, 48)
    for (let n = d.s - s; n < 16; n++) store<f32>(to + (n << 2), 0)
  }
}

/** A row of y, one column at a time: b's columns run along K. */
function dots(d: Matmul, y: usize, a: usize, b: usize, t: i32, K: i32): void {
  for (let s = 0; s < d.s; s++) {
    let sum: f32 = 0
    for (let k = 0; k < K; k++) {
      const x = load<f32>(d.transposeA ? a + k * d.aStep + lane(t, d.aPanel) : a + t * d.aStep + lane(k, d.aPanel))
      sum += x * load<f32>(b + s * d.bStep + lane(k, d.bPanel))
    }
    store<f32>(y + lane(s, d.yPanel), sum)
  }
  for (let n = d.s; n & 15; n++) store<f32>(y + lane(n, d.yPanel), 0)
}
