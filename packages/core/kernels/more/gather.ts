// What moves entries within rows: each of y's is one of x's, the sum of some, or a number where x has none. Split: rows.
//
// An entry of y has five indices: i0 i1 i2 of the axes between rows and columns (right-aligned), and its column n, which is
// k · width + c, or c alone where k is summed over. Where it comes from is told for each of the source's four axes (three
// and the column) by coefficients of the five, an offset, and a divisor.

/** Descriptor: this, then a Source or two. The first source that has the entry gives it. */
@unmanaged
class Gather {
  base: usize
  panel: usize
  step: usize
  /** Bytes from row to row: 64 in panels, 4 in plain values. */
  row: usize
  panels: i32
  columns: i32
  /** Entries of the axes: for each a count, or 0 and its address. */
  count0: i32
  address0: usize
  count1: i32
  address1: usize
  count2: i32
  address2: usize
  /** Of k, and columns of one k. */
  inner: i32
  width: i32
  summed: i32
  /** Columns stay where they are: whole rows are copied. */
  whole: i32
  value: f32
  sources: i32
}

@unmanaged
class Source {
  base: usize
  panel: usize
  step: usize
  count0: i32
  address0: usize
  count1: i32
  address1: usize
  count2: i32
  address2: usize
  columns: i32
  /** Then four Axis. */
}

@unmanaged
class Axis {
  i0: i32
  i1: i32
  i2: i32
  k: i32
  c: i32
  offset: i32
  /** Addresses of counts that the offset has too, and has not; or 0. */
  plus: usize
  minus: usize
  divisor: i32
  /** Only what can be divided is there; otherwise the quotient is rounded down. */
  exact: i32
}

@inline
function count(at: usize): i32 {
  const address = load<usize>(at, 4)
  return address ? load<i32>(address) : load<i32>(at)
}

/** The source's index along one axis, or −1. */
function index(a: Axis, size: i32, i0: i32, i1: i32, i2: i32, k: i32, c: i32): i32 {
  let at = a.i0 * i0 + a.i1 * i1 + a.i2 * i2 + a.k * k + a.c * c + a.offset
  if (a.plus) at += load<i32>(a.plus)
  if (a.minus) at -= load<i32>(a.minus)
  if (at < 0) return -1
  if (a.divisor > 1) {
    if (a.exact && at % a.divisor != 0) return -1
    at /= a.divisor
  }
  return at < size ? at : -1
}

/** Where the entry stands in the source (row 0), or 0; without its column where rows are copied whole. */
function place(s: Source, whole: i32, i0: i32, i1: i32, i2: i32, k: i32, c: i32): usize {
  const address = changetype<usize>(s)
  let axis = address + offsetof<Source>()
  let step = 0
  for (let j = 0; j < 3; j++) {
    const size = count(address + offsetof<Source>('count0') + (j << 3))
    const at = index(changetype<Axis>(axis), size, i0, i1, i2, k, c)
    if (at < 0) return 0
    step = step * size + at
    axis += offsetof<Axis>()
  }
  const base = s.base + <usize>step * s.step
  if (whole) return base
  const n = index(changetype<Axis>(axis), s.columns, i0, i1, i2, k, c)
  return n < 0 ? 0 : base + <usize>(n >> 4) * s.panel + ((n & 15) << 2)
}

export function gather(address: usize, from: i32, to: i32): void {
  const d = changetype<Gather>(address)
  const counts = address + offsetof<Gather>('count0')
  const n1 = count(counts + 8)
  const n2 = count(counts + 16)
  const steps = count(counts) * n1 * n2
  for (let t = 0; t < steps; t++) {
    const i2 = t % n2
    const i1 = (t / n2) % n1
    const i0 = t / n2 / n1
    const y = d.base + t * d.step + from * d.row
    if (d.whole) wholeRows(d, y, from, to - from, i0, i1, i2)
    else {
      for (let n = 0; n < d.columns; n++) column(d, y + (n >> 4) * d.panel + ((n & 15) << 2), from, to - from, i0, i1, i2, n)
      for (let n = d.columns; n & 15; n++) fill(y + (n >> 4) * d.panel + ((n & 15) << 2), d.row, to - from, 0)
    }
  }
}

function fill(y: usize, row: usize, rows: i32, value: f32): void {
  for (; rows > 0; rows--) {
    store<f32>(y, value)
    y += row
  }
}

function wholeRows(d: Gather, y: usize, from: i32, rows: i32, i0: i32, i1: i32, i2: i32): void {
  let s = changetype<Source>(changetype<usize>(d) + offsetof<Gather>())
  for (let i = 0; i < d.sources; i++) {
    let x = place(s, 1, i0, i1, i2, 0, 0)
    if (x) {
      x += from * d.row
      for (let p = 0; p < d.panels; p++) memory.copy(y + p * d.panel, x + p * s.panel, rows * d.row)
      return
    }
    s = changetype<Source>(changetype<usize>(s) + offsetof<Source>() + 4 * offsetof<Axis>())
  }
  const lanes = <i32>(d.row >> 2) * d.panels
  for (let n = 0; n < lanes; n++) {
    fill(y + (n >> 4) * d.panel + ((n & 15) << 2), d.row, rows, n < d.columns ? d.value : 0)
  }
}

function column(d: Gather, y: usize, from: i32, rows: i32, i0: i32, i1: i32, i2: i32, n: i32): void {
  const first = d.summed ? 0 : n / d.width
  const last = d.summed ? d.inner : first + 1
  const c = d.summed ? n : n % d.width
  let found = false
  for (let k = first; k < last; k++) {
    let s = changetype<Source>(changetype<usize>(d) + offsetof<Gather>())
    for (let i = 0; i < d.sources; i++) {
      let x = place(s, 0, i0, i1, i2, k, c)
      if (x) {
        x += from * d.row
        let at = y
        for (let r = 0; r < rows; r++) {
          if (found) store<f32>(at, load<f32>(at) + load<f32>(x))
          else store<u32>(at, load<u32>(x))
          at += d.row
          x += d.row
        }
        found = true
        break
      }
      s = changetype<Source>(changetype<usize>(s) + offsetof<Source>() + 4 * offsetof<Axis>())
    }
  }
  if (!found) fill(y, d.row, rows, d.value)
}
