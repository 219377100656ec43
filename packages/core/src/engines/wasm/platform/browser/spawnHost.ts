import type { Thread } from '../platform.ts'
import { threadOf } from './thread.ts'

/** Starts a thread that holds machines. */
export function spawnHost(): Thread {
  return threadOf(new Worker(new URL('../../host.js', import.meta.url), { type: 'module' }))
}
