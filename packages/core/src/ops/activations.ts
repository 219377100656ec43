/** The activations that recurrent kernels compute themselves, and their derivatives told from the result y. */
export type KernelActivation = 'linear' | 'tanh' | 'sigmoid' | 'relu'

export const KERNEL_ACTIVATIONS: readonly KernelActivation[] = ['linear', 'tanh', 'sigmoid', 'relu']

interface Activation {
  readonly value: (x: number) => number
  /** dy/dx as a function of y. */
  readonly slope: (y: number) => number
}

export const ACTIVATIONS: Readonly<Record<KernelActivation, Activation>> = {
  linear: { value: (x) => x, slope: () => 1 },
  tanh: { value: Math.tanh, slope: (y) => 1 - y * y },
  sigmoid: { value: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  relu: { value: (x) => Math.max(0, x), slope: (y) => (y > 0 ? 1 : 0) },
}
