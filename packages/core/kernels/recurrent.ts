// What the descriptors of all recurrent kernels begin with, forward and backward. B batch, T time, I input, H units, G gates.

@unmanaged
export class Forward {
  /** Address of the number of steps T. */
  steps: usize
  /** 1: from the last step to the first. */
  reverse: i32
  /** I and H. */
  inputs: i32
  units: i32
  /** Activation code. */
  activation: i32
  /** x [B, T, I]. */
  x: usize
  xPanel: usize
  xStep: usize
  /** W [I, G·H]. */
  kernel: usize
  kernelPanel: usize
  /** U [H, G·H]. */
  recurrentKernel: usize
  recurrentKernelPanel: usize
  /** Bias [G·H], or 0. */
  bias: usize
  biasPanel: usize
  /** h before the first step processed [B, H], or 0 for zeros. */
  h0: usize
  h0Panel: usize
  /** Outputs h [B, T, H]; step t lies in slot t mod ring. The ring is T to keep all, else at least 2. */
  hs: usize
  hsPanel: usize
  hsStep: usize
  hsRing: i32
  /** h after the last step processed [B, H], or 0; may be h0. */
  hLast: usize
  hLastPanel: usize
  /** Mask [B, T] as int32, 0 where a row holds its state, or 0. */
  mask: usize
  maskStep: usize
}

@unmanaged
export class Backward {
  /** Address of the number of steps T. */
  steps: usize
  /** As in the forward pass. */
  reverse: i32
  units: i32
  activation: i32
  /** Uᵀ [G·H (as rows), H]. */
  transposed: usize
  transposedPanel: usize
  /** Gradient of every h [B, T, H], or 0. */
  dhs: usize
  dhsPanel: usize
  dhsStep: usize
  /** Gradient of the last h [B, H], or 0. */
  dhLast: usize
  dhLastPanel: usize
  /** Gradient of x·W + bias [B, T, G·H]; may be the memory of the gates. */
  dz: usize
  dzPanel: usize
  dzStep: usize
  /** Carried gradient of h [B, H]: scratch that ends as the gradient of h0; may be dhLast. */
  dh: usize
  dhPanel: usize
  /** 1: the gradient of h0 is wanted; 0 saves the last product. */
  initial: i32
  /** As in the forward pass. */
  mask: usize
  maskStep: usize
}
