// One layout from end to end: panels of 16 columns. What one kernel writes is what the next one reads.
//
//   batch value [B, T, N]   (row b, step t, column n) at  base + p·panel + t·step + b·64 + lane·4
//   parameter matrix [K, N] (row k, column n)         at  base + p·panel + k·64 + lane·4,  rows padded to 16s
//   vector [N]                                        at  base + p·64 + lane·4
//
// with n = 16·p + lane. An axis of `gates` blocks of `units` (LSTM 4: i f c o; GRU 3: z r h; otherwise 1) is
// stored unit block by unit block: p = ⌊unit / 16⌋·gates + gate, lane = unit mod 16.
// Every base is a multiple of 64. Pad lanes of parameters and gradients are zero; those of activations hold
// anything finite, and no valid lane ever reads them.

/** Columns of a panel. */
export const LANES: i32 = 16

/** Bytes from one row of a panel to the next. */
export const ROW: i32 = 64

/** A row of zeros, read with strides of 0 in place of an absent operand. */
export const ZEROS: usize = memory.data(64, 64)

/** Rows that run through a kernel together, so that what they share stays in the first caches meanwhile. */
const ROW_BLOCK: i32 = 48

/** Into how many blocks of about equal size a kernel cuts its rows. */
@inline
export function rowBlocks(rows: i32): i32 {
  return (rows + ROW_BLOCK - 1) / ROW_BLOCK
}

/** Panels of an axis of one gate. */
@inline
export function panelsOf(units: i32): i32 {
  return (units + LANES - 1) >> 4
}

/** Copies `rows` rows of each of `panels` panels. */
export function copyRows(
  to: usize, toPanel: usize, from: usize, fromPanel: usize, rows: i32, panels: i32,
): void {
  for (let p = 0; p < panels; p++) {
    memory.copy(to, from, rows * ROW)
    to += toPanel
    from += fromPanel
  }
}

/** Fills `rows` rows of each of `panels` panels with zeros. */
export function clearRows(at: usize, panel: usize, rows: i32, panels: i32): void {
  for (let p = 0; p < panels; p++) {
    memory.fill(at, 0, rows * ROW)
    at += panel
  }
}

/** First address behind this binary's own constants. It shares the memory below the arena with that of the other. */
export function heapBase(): usize {
  return __heap_base
}
