/** The activations that recurrent kernels compute themselves. */
export type KernelActivation = 'linear' | 'tanh' | 'sigmoid' | 'relu'

export const KERNEL_ACTIVATIONS: readonly KernelActivation[] = ['linear', 'tanh', 'sigmoid', 'relu']
