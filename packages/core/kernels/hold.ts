// What recurrent kernels do at masked steps: int32 [B, T], 0 where a row is to hold its state.
import { LANES, ROW, clearRows, copyRows } from './layout'

/** Address of the mask of row `from` at step t; 0 where there is no mask. */
@inline
export function maskAt(mask: usize, step: usize, t: i32, from: i32): usize {
  return mask ? mask + <usize>t * step + (<usize>from << 2) : 0
}

@inline
function isHeld(mask: usize, row: i32): bool {
  return load<i32>(mask + (<usize>row << 2)) == 0
}

/** Held rows of `panels` panels become those of `source`; zeros where that is 0. */
export function holdRows(
  mask: usize, rows: i32, to: usize, toPanel: usize, source: usize, sourcePanel: usize, panels: i32,
): void {
  for (let row = 0; row < rows; row++) {
    if (!isHeld(mask, row)) continue
    const at = <usize>row * ROW
    if (source) copyRows(to + at, toPanel, source + at, sourcePanel, 1, panels)
    else clearRows(to + at, toPanel, 1, panels)
  }
}

/** Held rows of `panels` panels are filled with a number. */
export function fillHeld(mask: usize, rows: i32, at: usize, panel: usize, panels: i32, value: f32): void {
  for (; panels > 0; panels--) {
    for (let row = 0; row < rows; row++) {
      if (!isHeld(mask, row)) continue
      const to = at + <usize>row * ROW
      for (let lane = 0; lane < LANES; lane++) store<f32>(to + (<usize>lane << 2), value)
    }
    at += panel
  }
}

/**
 * Before dh = dh + dz·Uᵀ: the gradient that passes a held row by, dh + dhs (0 for none); zero in the others, which get
 * theirs from dz.
 */
export function passHeld(
  mask: usize, rows: i32, dh: usize, dhPanel: usize, dhs: usize, dhsPanel: usize, panels: i32,
): void {
  for (; panels > 0; panels--) {
    for (let row = 0; row < rows; row++) {
      const at = <usize>row * ROW
      if (!isHeld(mask, row)) memory.fill(dh + at, 0, ROW)
      else if (dhs) {
        for (let i: usize = at; i < at + ROW; i += 16) {
          v128.store(dh + i, f32x4.add(v128.load(dh + i), v128.load(dhs + i)))
        }
      }
    }
    dh += dhPanel
    if (dhs) dhs += dhsPanel
  }
}
