// Rows of a table by their numbers, and back. B rows, T steps; ids [B, T] plain, table [V, N], y [B, T, N].

@unmanaged
class Embedding {
  /** Address of the count of rows (read by the gradient alone), and of steps. */
  rows: usize
  steps: usize
  ids: usize
  idsStep: usize
  /** Table or its gradient; V padded, times 64 bytes from panel to panel. */
  table: usize
  tablePanel: usize
  y: usize
  yPanel: usize
  yStep: usize
  panels: i32
}

@inline
function copy(to: usize, from: usize): void {
  v128.store(to, v128.load(from))
  v128.store(to, v128.load(from, 16), 16)
  v128.store(to, v128.load(from, 32), 32)
  v128.store(to, v128.load(from, 48), 48)
}

@inline
function accumulate(to: usize, from: usize): void {
  v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
  v128.store(to, f32x4.add(v128.load(to, 16), v128.load(from, 16)), 16)
  v128.store(to, f32x4.add(v128.load(to, 32), v128.load(from, 32)), 32)
  v128.store(to, f32x4.add(v128.load(to, 48), v128.load(from, 48)), 48)
}

/** y = the table's rows. Split: rows. */
export function embedding(address: usize, from: i32, to: i32): void {
  const d = changetype<Embedding>(address)
  const steps = load<i32>(d.steps)
  for (let p = 0; p < d.panels; p++) {
    for (let t = 0; t < steps; t++) {
      for (let row = from; row < to; row++) {
        const id = load<i32>(d.ids + t * d.idsStep + (row << 2))
        copy(d.y + p * d.yPanel + t * d.yStep + (row << 6), d.table + p * d.tablePanel + (id << 6))
      }
    }
  }
}

/** table = Σ y over the steps and rows of each number, steps ascending, then rows. Split: panels. */
export function embeddingGradient(address: usize, from: i32, to: i32): void {
  const d = changetype<Embedding>(address)
  const rows = load<i32>(d.rows)
  const steps = load<i32>(d.steps)
  memory.fill(d.table + from * d.tablePanel, 0, (to - from) * d.tablePanel)
  for (let p = from; p < to; p++) {
    for (let t = 0; t < steps; t++) {
      for (let row = 0; row < rows; row++) {
        const id = load<i32>(d.ids + t * d.idsStep + (row << 2))
        accumulate(d.table + p * d.tablePanel + (id << 6), d.y + p * d.yPanel + t * d.yStep + (row << 6))
      }
    }
  }
}
