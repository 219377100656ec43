import type { Binary } from './binaries.ts'

/** The engine's options, and what `npm run profile` adds. */
export interface Settings {
  /** Default: as many as can run at once, at most 8. */
  readonly threads?: number
  readonly kernels: 'auto' | Binary
  readonly memoryLimit?: number
  /** Collect where the time of every run goes. */
  readonly profile?: boolean
}

export const MOST_THREADS = 64
