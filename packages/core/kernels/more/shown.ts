// y = h at the steps that are shown, zero at the others. Split by rows.
import { ROW, clearRows, copyRows } from '../layout'

@unmanaged
class Shown {
  /** Address of the number of steps T of the mask. */
  steps: usize
  reverse: i32
  /** 1: from the first step on that is not masked; 0: those steps alone. */
  since: i32
  /** 1: h and y have no steps [B, H]: the last one processed counts. */
  last: i32
  /** Mask [B, T] as int32. */
  mask: usize
  maskStep: usize
  panels: i32
  h: usize
  hPanel: usize
  hStep: usize
  y: usize
  yPanel: usize
  yStep: usize
}

export function shown(address: usize, from: i32, to: i32): void {
  const d = changetype<Shown>(address)
  const steps = load<i32>(d.steps)
  for (let row = from; row < to; row++) {
    let isShown = false
    for (let step = 0; step < steps; step++) {
      const t = <usize>(d.reverse ? steps - 1 - step : step)
      isShown = load<i32>(d.mask + t * d.maskStep + (<usize>row << 2)) != 0 || (d.since != 0 && isShown)
      if (d.last && step < steps - 1) continue
      const y = d.y + (d.last ? 0 : t * d.yStep) + <usize>row * ROW
      if (!isShown) clearRows(y, d.yPanel, 1, d.panels)
      else copyRows(y, d.yPanel, d.h + (d.last ? 0 : t * d.hStep) + <usize>row * ROW, d.hPanel, 1, d.panels)
    }
  }
}
