// Updates in place. A parameter, its gradient and its slots lie alike. Every operation is rounded by itself, in this
// order, in all binaries: the work waits for memory and divisions anyway. Pads are zero and stay so.
// Split: panels.

@unmanaged
export class Update {
  /** Bytes of a panel, and from panel to panel. */
  panel: usize
  parameter: usize
  gradient: usize
  /** Slots, 0 where absent. sgd: momentum. rmsprop: velocity, momentum, average. adam: m, v, vMax. */
  slot0: usize
  slot1: usize
  slot2: usize
  /** f32 numbers, as `ops/optimizers/` lists them. */
  hyper: usize
  nesterov: i32
}

@inline
export function mul(a: v128, b: v128): v128 {
  return f32x4.mul(a, b)
}

@inline
export function add(a: v128, b: v128): v128 {
  return f32x4.add(a, b)
}

@inline
export function sub(a: v128, b: v128): v128 {
  return f32x4.sub(a, b)
}

@inline
export function div(a: v128, b: v128): v128 {
  return f32x4.div(a, b)
}
