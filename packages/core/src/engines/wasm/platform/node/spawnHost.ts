import { Worker } from 'node:worker_threads'
import type { Thread } from '../platform.ts'
import { OPTIONS, threadOf } from './thread.ts'

/** Starts a thread that holds machines. */
export function spawnHost(): Thread {
  return threadOf(new Worker(new URL('../../host.js', import.meta.url), OPTIONS))
}
