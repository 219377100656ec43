// How general kernels walk their operands: panels, then steps, then rows. Between rows and columns a value may have
// several axes; neighbours that are alike in all operands are one group, and an operand may lack a group, so that
// what it holds serves all entries of it.

/** Head of the descriptors. */
@unmanaged
export class Loops {
  /** 1: from … to are rows of a batch, in every panel and step; 0: panels of the result, each whole. */
  byRows: i32
  panels: i32
  /** Columns of a gate block of the result, and gate blocks. */
  units: i32
  gates: i32
  /** Groups of axes between rows and columns, the outermost first: for each a count, or 0 and its address. */
  groups: i32
  count0: i32
  address0: usize
  count1: i32
  address1: usize
  count2: i32
  address2: usize
  count3: i32
  address3: usize
}

export const LOOPS: usize = offsetof<Loops>()

@unmanaged
export class Operand {
  base: usize
  /** Bytes from panel to panel, from step to step, from row to row; 0 where one serves all. */
  panel: usize
  step: usize
  row: usize
  /** Bit g: it has group g of the axes. */
  flags: i32
  /** VECTOR, ONE_COLUMN, INTEGER, or a parameter of the descriptor. */
  form: i32
}

export const OPERAND: usize = offsetof<Operand>()

export const VECTOR: i32 = 0
export const ONE_COLUMN: i32 = 1
export const INTEGER: i32 = 2
export const CONSTANT: i32 = 3

/** Entries of group g. */
export function countOf(d: Loops, g: i32): i32 {
  const at = changetype<usize>(d) + offsetof<Loops>('count0') + (g << 3)
  const address = load<usize>(at, 4)
  return address ? load<i32>(address) : load<i32>(at)
}

/** Entries of all groups that have this bit (1 or 0) in `flags`. */
export function stepsOf(d: Loops, flags: i32, bit: i32): i32 {
  let steps = 1
  for (let g = 0; g < d.groups; g++) if (((flags >> g) & 1) == bit) steps *= countOf(d, g)
  return steps
}

/** Bytes from an operand's base to step `t`, counted over the groups with this bit in `counted`, the last the fastest. */
export function stepAt(d: Loops, o: Operand, t: i32, counted: i32, bit: i32): usize {
  let at: usize = 0
  let stride = o.step
  for (let g = d.groups - 1; g >= 0; g--) {
    const n = countOf(d, g)
    if (((counted >> g) & 1) == bit) {
      if ((o.flags >> g) & 1) at += <usize>(t % n) * stride
      t /= n
    }
    if ((o.flags >> g) & 1) stride *= n
  }
  return at
}

const LANES4 = memory.data<i32>([0, 1, 2, 3])

/** Columns of panel p. */
@inline
export function columnsOf(units: i32, gates: i32, p: i32): i32 {
  return min(units - (p / gates) * 16, 16)
}

/** All ones in the lanes of a vector from lane `first` of the panel on that are columns. */
@inline
export function validLanes(columns: i32, first: i32): v128 {
  return i32x4.lt_s(v128.load(LANES4), i32x4.splat(columns - first))
}

/** The first row of a share, in bytes. */
@inline
export function skipped(d: Loops, o: Operand, from: i32): usize {
  return d.byRows ? <usize>from * o.row : 0
}

/** Four entries of an operand, from byte `k` of a row at `at`. */
@inline
export function fetch(form: i32, at: usize, k: usize): v128 {
  if (form == VECTOR) return v128.load(at + k)
  const x = v128.load32_splat(at)
  return form == INTEGER ? f32x4.convert_i32x4_s(x) : x
}

