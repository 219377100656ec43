// A value's rows from one place to another, or those of one step of a sequence: what a loop does around every step.
import { ROW } from '../layout'

@unmanaged
class Move {
  /** Address of the count of the steps that move, which are consecutive. */
  steps: usize
  /** 0: zeros. */
  from: usize
  fromPanel: usize
  fromStep: usize
  /** 1: this loop's step t of a sequence of so many; 0: a value of this step alone. */
  fromTime: i32
  to: usize
  toPanel: usize
  toStep: usize
  toTime: i32
  panels: i32
  /** Bytes of a row: 64 in panels, 4 in plain values. */
  row: i32
}

/** Split: rows. `t` is the loop's step. */
export function move(address: usize, first: i32, end: i32, t: i32): void {
  const d = changetype<Move>(address)
  const steps = load<i32>(d.steps)
  const skipped = first * d.row
  const bytes = (end - first) * d.row
  let from = d.from + t * d.fromTime * steps * d.fromStep + skipped
  let to = d.to + t * d.toTime * steps * d.toStep + skipped
  for (let s = 0; s < steps; s++) {
    for (let p = 0; p < d.panels; p++) {
      if (d.from == 0) memory.fill(to + p * d.toPanel, 0, bytes)
      else if (d.row == ROW) copyPanels(to + p * d.toPanel, from + p * d.fromPanel, bytes)
      else memory.copy(to + p * d.toPanel, from + p * d.fromPanel, bytes)
    }
    from += d.fromStep
    to += d.toStep
  }
}

/** Few bytes, as a rule, for which a call of the engine's own copy would take longer. */
function copyPanels(to: usize, from: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 64) {
    v128.store(to + i, v128.load(from + i))
    v128.store(to + i, v128.load(from + i, 16), 16)
    v128.store(to + i, v128.load(from + i, 32), 32)
    v128.store(to + i, v128.load(from + i, 48), 48)
  }
}
