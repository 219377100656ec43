import type { KernelActivation } from './kernelActivations.ts'

interface Activation {
  readonly value: (x: number) => number
  /** dy/dx as a function of y. */
  readonly slope: (y: number) => number
}

/** Those of the kernels, with their derivatives told from the result y. */
export const ACTIVATIONS: Readonly<Record<KernelActivation, Activation>> = {
  linear: { value: (x) => x, slope: () => 1 },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  relu: { value: (x) => Math.max(0, x), slope: (y) => (y > 0 ? 1 : 0) },
}
