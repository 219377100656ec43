// Gate blocks of a weight [.., gates · H], each a weight of its own [.., H]. Split by panels of the result.
import { ROW } from '../layout'

@unmanaged
class Gates {
  /** The weight with all gates: panel = unit block · gates + gate. */
  x: usize
  xPanel: usize
  rows: i32
  gates: i32
  /** Behind: for each gate the address of its own weight (0: nobody needs it, or zeros) and its bytes from panel to panel. */
}

@inline
function own(d: usize, gate: i32): usize {
  return load<usize>(d + 16 + (gate << 3))
}

@inline
function ownPanel(d: usize, gate: i32): usize {
  return load<usize>(d + 20 + (gate << 3))
}

/** Panels of one gate. */
export function splitGates(address: usize, from: i32, to: i32): void {
  const d = changetype<Gates>(address)
  for (let p = from; p < to; p++) {
    for (let gate = 0; gate < d.gates; gate++) {
      const y = own(address, gate)
      if (y != 0) memory.copy(y + p * ownPanel(address, gate), d.x + (p * d.gates + gate) * d.xPanel, d.rows * ROW)
    }
  }
}

/** Panels of all gates. */
export function joinGates(address: usize, from: i32, to: i32): void {
  const d = changetype<Gates>(address)
  for (let p = from; p < to; p++) {
    const y = own(address, p % d.gates)
    const x = d.x + p * d.xPanel
    if (y == 0) memory.fill(x, 0, d.rows * ROW)
    else memory.copy(x, y + (p / d.gates) * ownPanel(address, p % d.gates), d.rows * ROW)
  }
}
