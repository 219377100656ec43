// A batch's way in: rows as they came, each T·N numbers one after the other, become panels. Split by rows, so that the
// thread that works on a row later brings it into its own caches.
import { ROW } from './layout'

@unmanaged
class Arrange {
  /** Address of the number of steps T. */
  steps: usize
  /** N. */
  columns: i32
  /** [B, T, N] without gaps, and room for 12 bytes behind it. */
  from: usize
  /** The same in panels. */
  to: usize
  toPanel: usize
  toStep: usize
}

const LANES = memory.data<i32>([0, 4, 8, 12])

export function arrange(d: usize, first: i32, last: i32): void {
  const o = changetype<Arrange>(d)
  const steps = load<i32>(o.steps)
  const bytes = o.columns << 2
  // of a last vector that is no whole one; the lanes beside them are pads, and become 0
  const valid = i32x4.lt_s(v128.load(LANES), i32x4.splat(bytes & 15))
  const toPanel = o.toPanel
  const toStep = o.toStep
  let from = o.from + first * steps * bytes
  for (let row = first; row < last; row++) {
    let step = o.to + row * ROW
    for (let t = steps; t > 0; t--) {
      let to = step
      let left = bytes
      for (; left >= ROW; left -= ROW) {
        v128.store(to, v128.load(from))
        v128.store(to, v128.load(from, 16), 16)
        v128.store(to, v128.load(from, 32), 32)
        v128.store(to, v128.load(from, 48), 48)
        from += ROW
        to += toPanel
      }
      for (; left >= 16; left -= 16) {
        v128.store(to, v128.load(from))
        from += 16
        to += 16
      }
      if (left) v128.store(to, v128.and(v128.load(from), valid))
      from += left
      step += toStep
    }
  }
}
