// Matrix products over panels. Every sum starts from its initial value and runs over the contracted axis in
// order, one accumulator an element: the tiles, the number of rows and the threads change no bit.
import { TILE_BYTES, TILE_ROWS, VECTOR_PANELS, rowTile } from './generated/choice'
import { vectorTile } from './generated/tiles'
import { LANES, ROW, panelsOf, rowBlocks } from './layout'

/** Fewer rows than these are not worth a tile of their own. */
const LEAST_ROWS: i32 = 4

/**
 * Rows of the next of `tiles` tiles that are to do `rows`. Whole tiles come first: the wider half of the binaries does two
 * of 6 and 4 faster than two of 5.
 */
@inline
export function tileRows(rows: i32, tiles: i32): i32 {
  const most = rows - LEAST_ROWS * (tiles - 1)
  if (most >= TILE_ROWS) return TILE_ROWS
  return most >= LEAST_ROWS ? most : (rows + tiles - 1) / tiles
}

/**
 * c[rows, panels] = start + a[rows, depth]·b[depth, panels] + aNext·bNext over `depth` lanes that fill a's panels
 * from the first, then over `depthNext` of a second pair of operands.
 * `start` lies at strides of its own: a bias has `startRow` 0, and c itself may be given to go on summing.
 */
function product(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, b: usize, bPanel: usize, depth: i32,
  aNext: usize, aPanelNext: usize, bNext: usize, bPanelNext: usize, depthNext: i32,
  rows: i32, panels: i32,
): void {
  const jump = aPanel - ROW
  const jumpNext = aPanelNext - ROW
  const length = <usize>depth * ROW
  const lengthNext = <usize>depthNext * ROW
  if (rows == 1) {
    for (; panels >= VECTOR_PANELS; panels -= VECTOR_PANELS) {
      vectorTile(
        c, cPanel, start, startPanel, a, jump, b, bPanel, b + length,
        aNext, jumpNext, bNext, bPanelNext, bNext + lengthNext,
      )
      c += cPanel * VECTOR_PANELS
      start += startPanel * VECTOR_PANELS
      b += bPanel * VECTOR_PANELS
      bNext += bPanelNext * VECTOR_PANELS
    }
  }
  const tiles = (rows + TILE_ROWS - 1) / TILE_ROWS
  for (; panels > 0; panels--) {
    for (let column = 0; column < ROW; column += TILE_BYTES) {
      const bColumn = b + column
      const end = bColumn + length
      const bColumnNext = bNext + column
      const endNext = bColumnNext + lengthNext
      let cTile = c + column
      let startTile = start + column
      let aTile = a
      let aTileNext = aNext
      let left = rows
      for (let tile = tiles; tile > 0; tile--) {
        const count = tileRows(left, tile)
        left -= count
        rowTile(
          count, cTile, startTile, startRow,
          aTile, jump, bColumn, end, aTileNext, jumpNext, bColumnNext, endNext,
        )
        cTile += count * ROW
        startTile += count * startRow
        aTile += count * ROW
        aTileNext += count * ROW
      }
    }
    c += cPanel
    start += startPanel
    b += bPanel
    bNext += bPanelNext
  }
}

/** c[rows, panels] = start + a[rows, units]·b + aNext[rows, unitsNext]·bNext, in this order; ordinary axes. */
export function contractTwo(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, units: i32, b: usize, bPanel: usize,
  aNext: usize, aPanelNext: usize, unitsNext: i32, bNext: usize, bPanelNext: usize,
  rows: i32, panels: i32,
): void {
  for (let blocks = rowBlocks(rows); blocks > 0; blocks--) {
    const count = rows / blocks
    product(
      c, cPanel, start, startPanel, startRow, a, aPanel, b, bPanel, units,
      aNext, aPanelNext, bNext, bPanelNext, unitsNext, count, panels,
    )
    c += count * ROW
    start += count * startRow
    a += count * ROW
    aNext += count * ROW
    rows -= count
  }
}

/** `product` over a contracted axis of `gates` blocks of `units`. */
@inline
function contractBlock(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, units: i32, gates: i32,
  b: usize, bPanel: usize,
  rows: i32, panels: i32,
): void {
  const tail = gates == 1 ? 0 : units % LANES
  const whole = (units - tail) * gates
  if (whole > 0 || tail == 0) {
    product(c, cPanel, start, startPanel, startRow, a, aPanel, b, bPanel, whole, 0, 0, 0, 0, 0, rows, panels)
    start = c
    startPanel = cPanel
    startRow = ROW
  }
  if (tail == 0) return
  a += <usize>(whole / LANES) * aPanel
  b += <usize>whole * ROW
  for (let gate = 0; gate < gates; gate++) {
    product(c, cPanel, start, startPanel, startRow, a, aPanel, b, bPanel, tail, 0, 0, 0, 0, 0, rows, panels)
    start = c
    startPanel = cPanel
    startRow = ROW
    a += aPanel
    b += LANES * ROW
  }
}

/**
 * Reads `rows` rows of `panels` panels once, line by line: of numbers that lie in no near cache, many are then on their
 * way at the same time. A tile that goes from panel to panel would wait for them a few at a time.
 */
export function bring(a: usize, aPanel: usize, rows: i32, panels: i32): void {
  for (; panels > 0; panels--) {
    for (let line = a, end = a + <usize>rows * ROW; line < end; line += ROW) load<i32>(line)
    a += aPanel
  }
}

/**
 * c[rows, panels] = start + a[rows, gates × units]·b[gates × units, panels]; a sum runs panel by panel of a.
 * Without units, c = start.
 */
export function contract(
  c: usize, cPanel: usize,
  start: usize, startPanel: usize, startRow: usize,
  a: usize, aPanel: usize, units: i32, gates: i32,
  b: usize, bPanel: usize,
  rows: i32, panels: i32,
): void {
  const isLong = rowBlocks(rows) > 1
  for (let blocks = rowBlocks(rows); blocks > 0; blocks--) {
    const count = rows / blocks
    // rows of many steps, of which the near caches have the last at most
    if (isLong) bring(a, aPanel, count, panelsOf(units) * gates)
    contractBlock(c, cPanel, start, startPanel, startRow, a, aPanel, units, gates, b, bPanel, count, panels)
    c += count * ROW
    start += count * startRow
    a += count * ROW
    rows -= count
  }
}
