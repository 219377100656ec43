import type { Binary } from './binaries.ts'

/** The engine's options. */
export interface Settings {
  /** Default: as many as can run at once, at most 8. */
  readonly threads?: number
  readonly kernels: 'auto' | Binary
  readonly memoryLimit?: number
}

export const MOST_THREADS = 64
