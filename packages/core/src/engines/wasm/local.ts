import { platform } from '#engine/platform'
import { choose } from './choose.ts'
import type { Parts } from './ground.ts'
import { LocalMachine } from './machine.ts'
import { pool } from './pool.ts'
import type { Settings } from './settings.ts'

const DEFAULT_THREADS = 8

/**
 * Opens a machine on this thread, which must be one that may wait for others.
 *
 * @param Executable what programs become; `npm run profile` gives one with a clock
 */
export async function openLocal(settings: Settings, Executable?: Parts['Executable']): Promise<LocalMachine> {
  const { threads = Math.min(platform.parallelism, DEFAULT_THREADS), kernels, memoryLimit } = settings
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
    Executable,
  })
}
