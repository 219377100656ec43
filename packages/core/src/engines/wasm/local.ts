import { platform } from '#engine/platform'
import type { Binary } from './binaries.ts'
import { choose } from './choose.ts'
import { LocalMachine } from './machine.ts'
import { pool } from './pool.ts'

/** The engine's options, all decided, and what `npm run profile` adds. */
export interface Settings {
  readonly threads: number
  readonly kernels: 'auto' | Binary
  readonly memoryLimit?: number
  /** Collect where the time of every run goes. */
  readonly profile?: boolean
}

/** Opens a machine on this thread, which must be one that may wait for others. */
export async function openLocal({ threads, kernels, memoryLimit, profile }: Settings): Promise<LocalMachine> {
  const { notes, ...choice } = await choose(kernels)
  const note = platform.mayShare
    ? `threads: at most ${threads} of ${platform.parallelism} that can run at once`
    : 'threads: 1 (this page is not cross-origin isolated: serve it with COOP same-origin and COEP require-corp for more)'
  return new LocalMachine({
    ...choice,
    notes: [...notes, note],
    pool,
    threads: platform.mayShare ? threads : 1,
    memoryLimit,
    ...(profile ? { Executable: (await import('./profiled.ts')).ProfiledExecutable } : {}),
  })
}
